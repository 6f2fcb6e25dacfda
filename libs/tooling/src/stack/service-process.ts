import { join } from 'node:path';
import { freePort } from '../process/ports.ts';
import { spawnDetached } from '../process/spawn.ts';
import { NotThereError, waitUntil } from '../process/wait-until.ts';
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
    log,
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      OTEL_SERVICE_NAME: name,
      SLUICE_HTTP_HOST: '127.0.0.1',
      ...environment,
      SLUICE_HTTP_PORT: String(port),
    },
  });
  return { ...started, url: `http://127.0.0.1:${port}`, log };
};

const READY_WITHIN_MS = 90_000;

interface Readiness {
  readonly findings?: readonly { readonly name: string; readonly ready: boolean; readonly reason: string | null }[];
}

/** What a replica says it lacks; null when nothing: also what it could serve requests without, as intake can without its stage. */
const lackOf = async (url: string): Promise<string | null> => {
  const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(3_000) });
  const { findings = [] } = (await answer.json()) as Readiness;
  const lacking = findings.filter(({ ready }) => !ready);
  if (answer.ok && lacking.length === 0) return null;
  return lacking.map(({ name, reason }) => `${name}: ${reason}`).join('; ');
};

/** Waits until a replica says that it is ready. @throws NotThereError naming the service and what it says it lacks. */
export const untilReady = async (name: string, replica: Replica): Promise<void> => {
  let lack: string | null = '';
  const check = async (): Promise<boolean> => {
    lack = await lackOf(replica.url);
    return lack === null;
  };
  try {
    await waitUntil(check, {
      what: `${name} to be ready`,
      withinMs: READY_WITHIN_MS,
      process: replica,
      log: replica.log,
    });
  } catch (error) {
    throw lack && error instanceof NotThereError ? new NotThereError(`${error.message} (${lack})`, replica.log) : error;
  }
};
