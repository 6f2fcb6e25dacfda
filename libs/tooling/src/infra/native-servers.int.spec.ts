import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPostgres } from '@sluice/persistence';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../commands/checkout.ts';
import { isAlive } from '../process/identity.mjs';
import { nativeServers } from './native.ts';
import { serverNames, type ServerHost, type ServerName, type Servers, type StartedServer } from './server.ts';

/** Longer than the path of a Unix socket may be, with what paths hold that a Kafka configuration and a JVM stumble over. */
const DEEP = Array.from({ length: 5 }, (_, at) => `ein tiefer Ordner, für Übungen ${at}`);
const WITHIN_MS = 240_000;

let top: string;
let host: ServerHost;
const servers: Partial<Record<ServerName, StartedServer>> = {};

const start = (names: readonly ServerName[]): Promise<void> =>
  host.start(names, {
    known: servers as Partial<Servers>,
    samePlaces: false,
    onStarted: (name, server) => (servers[name] = server),
  });
const processOf = (name: ServerName) => {
  const process = servers[name]?.process;
  if (!process) throw new Error(`${name} has no process`);
  return process;
};

beforeAll(async () => {
  top = mkdtempSync(join(tmpdir(), 'sluice-'));
  // Else PostgreSQL, which runs as another user where we are root, could not go down there and would keep its data elsewhere.
  chmodSync(top, 0o755);
  const dir = join(top, ...DEEP);
  mkdirSync(dir, { recursive: true });
  expect(dir.length).toBeGreaterThan(150);
  host = nativeServers({ dir, cache: join(root, '.sluice', 'cache'), silentMs: 1_000 });
  await start(serverNames);
}, WITHIN_MS);
afterAll(async () => {
  await host.stop(servers as Partial<Servers>);
  rmSync(top, { recursive: true, force: true });
}, WITHIN_MS);

describe('servers as processes of this machine', () => {
  it('come up in a deep folder whose name holds blanks, a comma and umlauts', async () => {
    expect(await host.running(servers as Partial<Servers>)).toEqual(new Set(serverNames));
    const postgres = createPostgres({ url: servers.postgres?.address ?? '', max: 1 });
    const [row] = await postgres.query('show unix_socket_directories');
    await postgres.close();
    expect(row).toEqual({ unix_socket_directories: '' });
    expect(existsSync(join(top, ...DEEP, 'data', 'postgres', 'PG_VERSION'))).toBe(true);
    expect(readFileSync(join(top, ...DEEP, 'data', 'kafka', 'meta.properties'), 'utf8')).toContain('cluster.id');
  });

  it(
    'are told to be silent when they run and do not answer, and come back where they were when they are started anew',
    async () => {
      const { pid } = processOf('redis');
      expect(await host.silent({ redis: servers.redis } as Partial<Servers>)).toEqual([]);
      process.kill(pid, 'SIGSTOP');
      expect(await host.silent({ redis: servers.redis } as Partial<Servers>)).toEqual(['redis']);
      const before = servers.redis;
      await host.stop({ redis: before } as Partial<Servers>);
      await start(['redis']);
      expect(servers.redis?.address).toBe(before?.address);
      expect(processOf('redis').pid).not.toBe(pid);
    },
    WITHIN_MS,
  );

  it('are gone, each of them, when they have been stopped', async () => {
    await host.stop(servers as Partial<Servers>);
    expect(serverNames.filter((name) => isAlive(processOf(name)))).toEqual([]);
  });
});
