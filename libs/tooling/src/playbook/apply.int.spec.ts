import { ADA, READER, startApiService, type ApiService } from '@sluice/api/testing';
import { randomName, testInfrastructure } from '@sluice/testing';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aCheckout, type Checkout } from './testing/called.ts';

let service: ApiService;
let checkout: Checkout;

beforeAll(async () => {
  service = await startApiService(testInfrastructure().postgresUrl, randomName('apply'));
  checkout = aCheckout('foundation', 'lead-qual', 'base');
});
afterAll(async () => {
  checkout.remove();
  await service.close();
});

const apply = (line: string, key = ADA) =>
  checkout.call(`apply ${line}`, { SLUICE_API_URL: service.url, SLUICE_API_KEY: key });
const counts = async () =>
  (
    await service.postgres.query(
      `select (select count(*)::int from "${service.schema}".version) as versions, (select count(*)::int from "${service.schema}".movement) as movements`,
    )
  )[0];

describe('playbook apply', () => {
  it('says what it would do, and does nothing', async () => {
    expect(await apply('--dry-run')).toMatchObject({
      code: 0,
      said: expect.stringContaining('lead-qual: would change\n  it has no active version yet'),
    });
    expect(await counts()).toEqual({ versions: 0, movements: 0 });
  });

  it('needs to know why', async () =>
    expect(await apply('base')).toMatchObject({ code: 2, complained: expect.stringContaining('--reason') }));

  it('keeps a version of each and activates it', async () => {
    expect(await apply('--reason first')).toMatchObject({
      code: 0,
      said: expect.stringContaining('lead-qual: version 1 is active; before it none'),
    });
    expect(await counts()).toEqual({ versions: 2, movements: 2 });
  });

  it('repeated changes nothing', async () => {
    expect(await apply('--reason again')).toMatchObject({
      code: 0,
      said: 'base: nothing to do, version 1 says the same\nlead-qual: nothing to do, version 1 says the same',
    });
    expect(await counts()).toEqual({ versions: 2, movements: 2 });
  });

  it('brings a change, in words, and compares versions with files', async () => {
    checkout.edit('lead-qual/playbook.yaml', (text) => text.replace('points: 30', 'points: 31'));
    expect(
      await checkout.call('diff lead-qual@active lead-qual', { SLUICE_API_URL: service.url, SLUICE_API_KEY: READER }),
    ).toMatchObject({ code: 1, said: 'rubric component “fit” › points goes from 30 to 31 (points)' });
    expect(await apply('lead-qual --reason second --no-activate')).toMatchObject({
      code: 0,
      said: 'lead-qual: version 2 is there, and not active\n  rubric component “fit” › points goes from 30 to 31 (points)',
    });
    expect(await apply('lead-qual --reason second')).toMatchObject({
      code: 0,
      said: expect.stringContaining('lead-qual: version 2 is active; before it 1'),
    });
    expect(
      await checkout.call('compare lead-qual@1 lead-qual', { SLUICE_API_URL: service.url, SLUICE_API_KEY: READER }),
    ).toMatchObject({ code: 1, said: expect.stringMatching(/score +90 +91/u) });
  });

  it('goes back by what the files say, too', async () => {
    checkout.edit('lead-qual/playbook.yaml', (text) => text.replace('points: 31', 'points: 30'));
    expect(await apply('lead-qual --reason reverted')).toMatchObject({
      code: 0,
      said: expect.stringContaining('lead-qual: version 3 is active; before it 2'),
    });
  });

  it('binds brands and sources as activation.yaml says', async () => {
    writeFileSync(
      join(checkout.path, 'playbooks', 'activation.yaml'),
      'activations: [{ playbook: base, source: mail }]',
    );
    expect(await apply('--reason bound')).toMatchObject({
      code: 0,
      said: expect.stringContaining('it gets brand “*”, source “mail”'),
    });
    expect(await apply('--reason bound')).toMatchObject({ said: expect.stringContaining('base: nothing to do') });
  });

  it('sends nothing at all when one has a mistake', async () => {
    const before = await counts();
    checkout.edit('base/playbook.yaml', (text) => `${text}\nnumbers: { changed: 1 }`);
    checkout.edit('lead-qual/playbook.yaml', (text) => text.replace('points: 30', 'points: many'));
    expect(await apply('--reason broken')).toMatchObject({
      code: 1,
      said: expect.stringMatching(/playbooks\/lead-qual\/playbook\.yaml:\d+:\d+: \/rubric\/components\/0\/points/u),
    });
    expect(await counts()).toEqual(before);
  });

  it('says when the key may not', async () => {
    expect(await apply('base --reason mine', READER)).toMatchObject({
      code: 2,
      complained: expect.stringContaining('lacks the scope playbooks:write'),
    });
  });
});
