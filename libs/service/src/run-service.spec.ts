import { Controller, Get, Ip, Module, type DynamicModule } from '@nestjs/common';
import { TransientError } from '@sluice/kernel';
import { RefusedRecordsError, type Runnable } from '@sluice/stage';
import { eventually } from '@sluice/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Problem } from './problem.ts';
import { ConfigError, readConfig, serviceKeys } from './read-config.ts';
import { endWhenLost, startService, type RunningService } from './run-service.ts';
import { secret } from './secret.ts';
import { SERVICE_PARTS, type ServiceParts } from './service-parts.ts';

@Controller()
class FailingController {
  @Get('refused')
  refused(): never {
    throw new Problem({
      status: 422,
      title: 'Unprocessable',
      detail: 'One field does not fit.',
      errors: [{ pointer: '/contact/email', detail: 'is no address' }],
    });
  }

  @Get('unwell')
  unwell(): never {
    throw new TransientError('publishing: the broker has not acknowledged');
  }

  @Get('whoami')
  whoami(@Ip() address: string): object {
    return { address };
  }

  @Get('too-large')
  tooLarge(): never {
    throw new RefusedRecordsError('publishing: the broker refuses', { reason: 'MESSAGE_TOO_LARGE' });
  }

  @Get('broken')
  broken(): never {
    throw new RangeError('secret detail');
  }
}

@Module({})
class TestModule {
  static of(parts: ServiceParts): DynamicModule {
    return {
      module: TestModule,
      controllers: [FailingController],
      providers: [{ provide: SERVICE_PARTS, useValue: parts }],
      exports: [SERVICE_PARTS],
    };
  }
}

const config = { SLUICE_HTTP_PORT: 0, SLUICE_HTTP_HOST: '127.0.0.1', SLUICE_LOG_LEVEL: 'error' } as const;

describe('a running service', () => {
  const events: string[] = [];
  let running: RunningService | null = null;
  let database: boolean | string = true;
  let lost: string | null = null;

  const runner: Runnable = {
    name: 'a-stage',
    start: async () => {
      events.push('start');
    },
    drain: async () => {
      events.push('drain');
    },
    health: () =>
      lost === null ? { ready: events.includes('start'), reason: null } : { ready: false, reason: lost, restart: true },
  };

  const start = async (more: Partial<ServiceParts> = {}) => {
    const parts = {
      runnables: [runner],
      checks: [{ name: 'database', check: async () => database }],
      close: async () => {
        events.push('close');
      },
      ...more,
    };
    running = await startService(
      {
        name: 'test',
        readConfig: () => config,
        createModule: () => TestModule.of(parts),
        trustedProxies: () => '127.0.0.1',
      },
      config,
    );
    return running.url;
  };

  afterEach(async () => {
    await running?.stop();
    events.length = 0;
    database = true;
    lost = null;
  });

  it('starts its runners, and says that it is ready', async () => {
    const url = await start();
    expect(events).toEqual(['start']);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const ready = await fetch(`${url}/readyz`);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({
      status: 'ready',
      findings: [
        { name: 'a-stage', ready: true },
        { name: 'database', ready: true },
      ],
    });
  });

  it('is alive but not ready while a dependency is away', async () => {
    const url = await start();
    database = false;
    const ready = await fetch(`${url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({
      findings: [{}, { name: 'database', ready: false, reason: 'does not answer' }],
    });
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it('that serves without its runners is ready while they are not, and shows what they lack', async () => {
    const url = await start({ servesWithoutRunnables: true });
    lost = 'joining the group';
    const ready = await fetch(`${url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([
      200,
      expect.objectContaining({
        findings: [
          { name: 'a-stage', ready: false, reason: lost, restart: true, optional: true },
          { name: 'database', ready: true, reason: null },
        ],
      }),
    ]);
    database = false;
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
  });

  it('takes the word of a proxy that it trusts for who asks', async () => {
    const url = await start();
    const who = await fetch(`${url}/whoami`, { headers: { 'x-forwarded-for': '192.0.2.7' } });
    expect(await who.json()).toEqual({ address: '192.0.2.7' });
  });

  it('is not ready while its migrations lag, and says which (3.6.1)', async () => {
    const url = await start();
    database = 'the schema ingest lacks Later1763700099999: `npm run deploy` runs what is pending';
    const ready = await fetch(`${url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([
      503,
      expect.objectContaining({
        status: 'unready',
        findings: [expect.anything(), { name: 'database', ready: false, reason: database }],
      }),
    ]);
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });

  it('is no longer alive when only a new process can go on, and says why', async () => {
    const url = await start();
    lost = 'settle failed with a defect';
    const alive = await fetch(`${url}/healthz`);
    expect(alive.status).toBe(503);
    expect(await alive.json()).toMatchObject({ status: 'lost', findings: [{ name: 'a-stage', reason: lost }] });
    expect(running?.lost()).toBe(lost);
  });

  it('ends once it is lost for good, and says why; not while it can go on', async () => {
    await start();
    const ended: string[] = [];
    let looks = 0;
    const stop = endWhenLost(
      () => {
        looks += 1;
        // Lost for a moment only: whoever looked then was not told to end.
        return looks === 2 ? 'a moment' : (running?.lost() ?? null);
      },
      (reason) => ended.push(reason),
      { afterMs: 30 },
    );
    await eventually(() => expect(looks).toBeGreaterThan(20));
    expect(ended).toEqual([]);
    lost = 'the subscription ended: RangeError';
    await eventually(() => expect(ended).toEqual(['the subscription ended: RangeError']));
    stop();
  });

  it('drains its runners before it closes its connections, once', async () => {
    await start();
    await Promise.all([running?.stop(), running?.stop()]);
    expect(events).toEqual(['start', 'drain', 'drain', 'close']);
  });

  it.each([
    { path: 'refused', status: 422, body: { title: 'Unprocessable', errors: [{ pointer: '/contact/email' }] } },
    { path: 'unwell', status: 503, body: { title: 'Temporarily unavailable' } },
    { path: 'too-large', status: 413, body: { title: 'Content too large' } },
    { path: 'broken', status: 500, body: { title: 'Internal error' } },
    { path: 'nowhere', status: 404, body: { title: 'Not found' } },
  ])('answers $path as problem+json', async ({ path, status, body }) => {
    const answer = await fetch(`${await start()}/${path}`);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    const text = await answer.text();
    expect(JSON.parse(text)).toMatchObject({ ...body, status, instance: `/${path}` });
    expect(text).not.toContain('secret detail');
  });
});

describe('a config', () => {
  const schema = z.object({ ...serviceKeys, SLUICE_KEY: secret('a key') });

  it('names every fault at once, and shows no value', () => {
    const read = () => readConfig(schema, { SLUICE_HTTP_PORT: 'hunter2', SLUICE_LOG_LEVEL: 'loud' });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(/SLUICE_HTTP_PORT[\s\S]*SLUICE_LOG_LEVEL[\s\S]*SLUICE_KEY/);
    expect(read).not.toThrow(/hunter2/);
  });

  it('shows a secret to nobody who prints it', () => {
    const config = readConfig(schema, { SLUICE_KEY: 'hunter2' });
    expect(`${config.SLUICE_KEY} ${JSON.stringify(config)}`).not.toContain('hunter2');
    expect(config.SLUICE_KEY.reveal()).toBe('hunter2');
  });
});
