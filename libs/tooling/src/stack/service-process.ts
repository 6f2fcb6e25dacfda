import { join } from 'node:path';
import { freePort } from '../process/ports.ts';
import { spawnDetached } from '../process/spawn.ts';
import { waitUntil } from '../process/wait-until.ts';
import type { Replica } from './run-file.ts';

export interface LaunchSpec {
  readonly root: string;
  /** Where the build lies. */
  readonly bundles: string;
  readonly name: string;
  readonly log: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Starts one service from its bundle, on a port of its own. */
export const launch = async ({ root, bundles, name, log, environment }: LaunchSpec): Promise<Replica> => {
  const port = await freePort();
  const started = await spawnDetached({
    command: process.execPath,
    args: ['--enable-source-maps', '--import', join(bundles, 'telemetry.js'), join(bundles, name, 'main.js')],
    log, cwd: root,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], OTEL_SERVICE_NAME: name, SLUICE_HTTP_HOST: '127.0.0.1', ...environment, SLUICE_HTTP_PORT: String(port) },
  });
  return { ...started, url: `http://127.0.0.1:${port}`, log };
};

const READY_WITHIN_MS = 90_000;

const isReady = async (url: string): Promise<boolean> => (await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(3_000) })).ok;

/** Waits until a replica says that it is ready. @throws Error naming the service. */
export const untilReady = (name: string, replica: Replica): Promise<void> =>
  waitUntil(() => isReady(replica.url), { what: `${name} to be ready`, withinMs: READY_WITHIN_MS, process: replica });
