import { describe, expect, it } from 'vitest';
import { chooseInfrastructure, type Situation } from './choose.ts';
import type { Docker } from './docker.ts';

const given = {
  SLUICE_KAFKA_BROKERS: 'a:1,b:1',
  SLUICE_REGISTRY_URL: 'http://r',
  SLUICE_POSTGRES_URL: 'postgres://p',
  SLUICE_REDIS_URL: 'redis://r',
};
const engine: Docker = { answers: true, version: '28.2.2' };
const clientOnly: Docker = { answers: false, reason: 'no Docker engine answers (Cannot connect)' };

const choose = (situation: Partial<Situation>, docker: Docker = clientOnly) =>
  chooseInfrastructure({
    wish: undefined,
    environment: {},
    known: null,
    isUp: false,
    askDocker: async () => docker,
    ...situation,
  });

describe('the choice of infrastructure', () => {
  it.each([
    {
      when: 'addresses are in the environment',
      situation: { environment: given },
      docker: engine,
      kind: 'environment',
      because: /are set/,
    },
    { when: 'a Docker engine answers', situation: {}, docker: engine, kind: 'compose', because: /28\.2\.2/ },
    {
      when: 'only the Docker client is there',
      situation: {},
      docker: clientOnly,
      kind: 'native',
      because: /Cannot connect/,
    },
    {
      when: 'it was native before',
      situation: { known: 'native' },
      docker: engine,
      kind: 'native',
      because: /ran before/,
    },
    {
      when: 'it was in containers before',
      situation: { known: 'compose', isUp: true },
      docker: engine,
      kind: 'compose',
      because: /engine answers/,
    },
    {
      when: '--infra=native overrides Docker',
      situation: { wish: 'native' },
      docker: engine,
      kind: 'native',
      because: /--infra/,
    },
    {
      when: '--infra=native overrides the environment',
      situation: { wish: 'native', environment: given },
      docker: engine,
      kind: 'native',
      because: /--infra/,
    },
    {
      when: '--infra=compose overrides what was before',
      situation: { wish: 'compose', known: 'native' },
      docker: engine,
      kind: 'compose',
      because: /--infra/,
    },
    {
      when: '--infra=environment is given',
      situation: { wish: 'environment', environment: given },
      docker: engine,
      kind: 'environment',
      because: /--infra/,
    },
  ] as const)('is $kind when $when', async ({ situation, docker, kind, because }) => {
    const choice = await choose(situation, docker);
    expect(choice).toMatchObject({ kind, because: expect.stringMatching(because) });
    expect(choice.addresses?.brokers ?? null).toEqual(kind === 'environment' ? ['a:1', 'b:1'] : null);
  });

  it.each([
    {
      what: 'a word that is none of the three',
      situation: { wish: 'podman' },
      says: /--infra=podman: write one of environment, compose, native/,
    },
    {
      what: 'Compose without an engine',
      situation: { wish: 'compose' },
      says: /Cannot connect.*npm start -- --infra=native/,
    },
    { what: 'the environment without addresses', situation: { wish: 'environment' }, says: /set SLUICE_KAFKA_BROKERS/ },
    {
      what: 'half of the addresses',
      situation: { environment: { SLUICE_KAFKA_BROKERS: 'a:1' } },
      says: /SLUICE_REGISTRY_URL, SLUICE_POSTGRES_URL, SLUICE_REDIS_URL missing; give all four, or none/,
    },
    {
      what: 'an engine that has gone, with the servers in it',
      situation: { known: 'compose' },
      says: /in containers.*Start Docker, or begin anew/,
    },
    {
      what: 'another way while servers are up',
      situation: { known: 'native', isUp: true, environment: given },
      says: /servers are up \(native\).*npm stop/,
    },
  ] as const)('refuses $what, and says what to do', async ({ situation, says }) => {
    await expect(choose(situation)).rejects.toThrow(says);
  });

  it('does not ask for Docker when it need not', async () => {
    const never = async (): Promise<Docker> => {
      throw new Error('asked');
    };
    await expect(choose({ environment: given, askDocker: never })).resolves.toMatchObject({ kind: 'environment' });
    await expect(choose({ wish: 'native', askDocker: never })).resolves.toMatchObject({ kind: 'native' });
  });
});
