import { afterEach, describe, expect, it } from 'vitest';
import { askDocker } from './docker.ts';
import { FakeDocker } from './testing/fake-docker.ts';

let fake: FakeDocker;
afterEach(() => fake.remove());

describe('asking for Docker', () => {
  it('an engine that answers, with Compose, is one', async () => {
    fake = new FakeDocker();
    expect(await askDocker()).toEqual({ answers: true, version: '28.2.2' });
  });

  it.each([
    {
      what: 'the client alone is none',
      engine: { engine: 'none' },
      reason: /^no Docker engine answers \(Cannot connect to the Docker daemon/,
    },
    {
      what: 'an engine without Compose is none',
      engine: { compose: null },
      reason: /^`docker compose` does not work \(docker: unknown command/,
    },
    {
      what: 'a Compose that knows no `include` is none',
      engine: { compose: 'v2.20.2' },
      reason: /^Docker Compose is v2\.20\.2, and 2\.20\.3 or newer is needed$/,
    },
    { what: 'the Compose of before is none', engine: { compose: '1.29.2' }, reason: /^Docker Compose is 1\.29\.2/ },
  ] as const)('$what', async ({ engine, reason }) => {
    fake = new FakeDocker(engine);
    const found = await askDocker();
    expect(found).toMatchObject({ answers: false, reason: expect.stringMatching(reason) });
  });

  it.each(['2.20.3', '2.24.6+ds1', 'v2.36.2', '5.0.0-desktop.1'])('Compose %s is new enough', async (compose) => {
    fake = new FakeDocker({ compose });
    expect(await askDocker()).toMatchObject({ answers: true });
  });

  it('an engine that never answers is none, soon', async () => {
    fake = new FakeDocker({ engine: 'silent' });
    expect(await askDocker(500)).toEqual({
      answers: false,
      reason: 'no Docker engine answers (no answer within 0.5 s)',
    });
  });

  it('a machine without Docker says so', async () => {
    fake = new FakeDocker();
    const path = process.env['PATH'];
    process.env['PATH'] = '/nowhere';
    expect(await askDocker()).toEqual({
      answers: false,
      reason: 'no Docker engine answers (there is no `docker` on the PATH)',
    });
    process.env['PATH'] = path;
  });
});
