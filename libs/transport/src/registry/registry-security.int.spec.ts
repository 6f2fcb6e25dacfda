import { TransientError } from '@sluice/kernel';
import { randomName, selfSignedCertificate, testInfrastructure } from '@sluice/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { startRegistryFront, type RegistryFront } from '../testing/registry-front.ts';
import { registerSchemas } from './register-schemas.ts';
import type { RegistryOptions } from './registry-client.ts';
import { createRegistryCodec } from './registry-codec.ts';

const { registryUrl } = testInfrastructure();
const client = selfSignedCertificate();
const schema = { type: 'object', properties: { a: { type: 'number' } }, additionalProperties: false };

const fronts: RegistryFront[] = [];
const start = async (wanted: Parameters<typeof startRegistryFront>[1]): Promise<RegistryFront> => {
  const front = await startRegistryFront(registryUrl, wanted);
  fronts.push(front);
  return front;
};
afterEach(() => Promise.all(fronts.splice(0).map((front) => front.close())));

describe('a registry that wants to know who comes', () => {
  it.each<[string, Parameters<typeof startRegistryFront>[1], Partial<RegistryOptions>]>([
    [
      'a user name and a password',
      { authorization: `Basic ${Buffer.from('u:p').toString('base64')}` },
      { auth: { kind: 'basic', username: 'u', password: 'p' } },
    ],
    ['a bearer token', { authorization: 'Bearer t' }, { auth: { kind: 'bearer', token: 't' } }],
    ['a certificate', { clientCa: client.cert }, { tls: { cert: client.cert, key: client.key } }],
  ])('is registered with, written and read by %s', async (_what, wanted, options) => {
    const { url, ca } = await start(wanted);
    const registry = { url, ...options, tls: { ca, ...options.tls } };
    const type = randomName('secured');
    const ids = await registerSchemas(registry, [{ type, schema }]);
    const codec = createRegistryCodec(registry);
    expect(await codec.schemaAddressOf(type)).toBe(`/schemas/ids/${ids.get(type)}`);
    const framed = await codec.frame(type, '{"a":1}');
    expect(await createRegistryCodec(registry).decode(framed, type)).toEqual({ a: 1 });
  });

  it.each<[string, (ca: string) => Partial<RegistryOptions>, RegExp]>([
    [
      'a wrong token',
      (ca) => ({ auth: { kind: 'bearer', token: 'wrong' }, tls: { ca } }),
      /^the schema registry refuses the credentials: 401$/,
    ],
    ['an authority that is not trusted', () => ({}), /self.signed/],
  ])('says so to who comes with %s, and is waited for', async (_what, options, reason) => {
    const { url, ca } = await start({ authorization: 'Bearer t' });
    const registry = { url, ...options(ca) };
    const failure = await createRegistryCodec(registry)
      .schemaAddressOf('x')
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TransientError);
    expect(failure).toMatchObject({ message: expect.stringMatching(reason) });
    await expect(registerSchemas(registry, [{ type: randomName('x'), schema }])).rejects.toThrow();
  });
});
