import { createServer, type Server } from 'node:http';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { root } from '../commands/checkout.ts';
import { composeServers } from './compose.ts';
import {
  asError,
  portOf,
  serverNames,
  type ServerHost,
  type ServerName,
  type Servers,
  type StartedServer,
} from './server.ts';
import { FakeDocker } from './testing/fake-docker.ts';

describe('servers in containers', () => {
  let fake: FakeDocker;
  let dir: string;
  let host: ServerHost;
  let registry: Server;

  beforeEach(async () => {
    fake = new FakeDocker();
    dir = mkdtempSync(join(tmpdir(), 'compose-run-'));
    host = composeServers({ root, dir });
    // The fake runs nothing: the registry that is waited for is this.
    registry = createServer((_request, response) => response.end('[]'));
  });
  afterEach(async () => {
    await new Promise((resolve) => registry.close(resolve));
    delete process.env['SLUICE_COMPOSE_REGISTRY_PORT'];
    fake.remove();
    rmSync(dir, { recursive: true, force: true });
  });

  /** Starts all; the registry answers on the port that Compose was told. */
  const startAll = async (known: Partial<Servers> = {}): Promise<Servers> => {
    const started: Partial<Record<ServerName, StartedServer>> = {};
    const starting = host.start(serverNames, {
      known,
      samePlaces: false,
      onStarted: (name, server) => (started[name] = server),
    });
    const answering = setInterval(() => {
      const port = Number(
        fake.calls.find(({ args }) => args.includes('up'))?.ports['SLUICE_COMPOSE_REGISTRY_PORT'] ?? 0,
      );
      if (port > 0 && !registry.listening) registry.listen(port, '127.0.0.1');
    }, 20);
    await starting;
    clearInterval(answering);
    return started as Servers;
  };

  it('are brought up from the checkout’s file, under a project of this run, and waited for', async () => {
    await startAll();
    const up = fake.calls.find(({ args }) => args.includes('up'));
    expect(up?.args.slice(0, 5)).toEqual([
      'compose',
      '--project-name',
      expect.stringMatching(/^sluice-[0-9a-f]{8}$/),
      '--file',
      join(root, 'deploy', 'compose', 'infra.yaml'),
    ]);
    expect(up?.args.slice(5)).toEqual(['up', '--detach', '--wait', '--wait-timeout', '180', ...serverNames]);
  });

  it('are where the ports that Compose was given lead to', async () => {
    const servers = await startAll();
    const ports = fake.calls.find(({ args }) => args.includes('up'))?.ports;
    expect(servers.kafka).toEqual({
      process: null,
      address: `127.0.0.1:${ports?.['SLUICE_COMPOSE_KAFKA_PORT']}`,
      stopSignal: 'SIGTERM',
    });
    expect(servers.registry.address).toBe(
      `http://127.0.0.1:${ports?.['SLUICE_COMPOSE_REGISTRY_PORT']}/apis/ccompat/v7`,
    );
    expect(servers.postgres.address).toBe(
      `postgres://sluice:sluice@127.0.0.1:${ports?.['SLUICE_COMPOSE_POSTGRES_PORT']}/sluice`,
    );
    expect(servers.redis.address).toBe(`redis://127.0.0.1:${ports?.['SLUICE_COMPOSE_REDIS_PORT']}`);
    expect(new Set(Object.values(ports ?? {})).size).toBe(4);
  });

  it('run when Compose says so, and only then', async () => {
    const servers = await startAll();
    expect(await host.running(servers)).toEqual(new Set(serverNames));
    await host.stop({ redis: servers.redis });
    expect(await host.running(servers)).toEqual(new Set(['kafka', 'registry', 'postgres']));
    fake.become({ engine: 'none' });
    expect(await host.running(servers)).toEqual(new Set());
  });

  it('one that is taken away comes back where it was, and the others keep their ports', async () => {
    const servers = await startAll();
    await host.stop({ kafka: servers.kafka });
    expect(fake.verbs.at(-1)).toBe('stop --timeout 20 kafka');
    const started: unknown[] = [];
    await host.start(['kafka'], {
      known: servers,
      samePlaces: true,
      onStarted: (name, server) => started.push([name, server]),
    });
    expect(started).toEqual([['kafka', servers.kafka]]);
    const last = fake.calls.findLast(({ args }) => args.includes('up'));
    expect(last?.args.at(-1)).toBe('kafka');
    expect(last?.ports['SLUICE_COMPOSE_POSTGRES_PORT']).toBe(String(portOf(servers.postgres.address)));
  });

  it('stop as a whole without losing their data', async () => {
    await host.stop(await startAll());
    expect(fake.verbs.at(-1)).toBe('down --timeout 20');
    expect(fake.running).toEqual([]);
  });

  it('that can’t start say why and what to do, leave a log, and are remembered so that they can be stopped', async () => {
    fake.become({ unhealthy: 'kafka' });
    const started: Partial<Record<ServerName, StartedServer>> = {};
    const failure = await host
      .start(serverNames, { known: {}, samePlaces: false, onStarted: (name, server) => (started[name] = server) })
      .then(() => null, asError);
    expect(failure?.message).toMatch(
      /^starting the servers in containers: docker compose says: container sluice-kafka-1 is unhealthy\. .*npm start -- --infra=native$/,
    );
    expect(failure).toMatchObject({ log: join(dir, 'logs', 'compose.log') });
    expect(readFileSync(join(dir, 'logs', 'compose.log'), 'utf8')).toContain('kafka-1  | out of memory');
    expect(Object.keys(started)).toEqual([...serverNames]);
    expect(fake.running).toEqual(['registry', 'postgres', 'redis']);
    await host.stop(started);
    expect(fake.running).toEqual([]);
  });

  it('nothing is asked of Docker where nothing was started', async () => {
    await host.stop({});
    expect(fake.calls).toEqual([]);
    expect(existsSync(join(dir, 'logs'))).toBe(false);
  });
});
