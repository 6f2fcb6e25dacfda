import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { RUNTIME_ENVIRONMENT, RUNTIME_FLAGS } from '../build/runtime.ts';
import { freePort } from '../process/ports.ts';
import { spawnDetached } from '../process/spawn.ts';
import { waitWhileMoving, type MovingOptions } from '../process/wait-while-moving.ts';
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
    what: name,
    kind: 'service',
    command: process.execPath,
    // A URL: in the name of a folder `%` or `#` would mean something else.
    args: [
      ...RUNTIME_FLAGS,
      '--import',
      pathToFileURL(join(bundles, 'telemetry.js')).href,
      join(bundles, name, 'main.js'),
    ],
    log,
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      ...RUNTIME_ENVIRONMENT,
      // What V8 has compiled is kept between starts.
      NODE_COMPILE_CACHE: join(root, '.sluice', 'compile-cache'),
      OTEL_SERVICE_NAME: name,
      SLUICE_HTTP_HOST: '127.0.0.1',
      ...environment,
      SLUICE_HTTP_PORT: String(port),
    },
  });
  return { ...started, url: `http://127.0.0.1:${port}`, log };
};

interface Readiness {
  readonly findings?: readonly { readonly name: string; readonly ready: boolean; readonly reason: string | null }[];
}

const ask = (url: string): Promise<Response> => fetch(url, { signal: AbortSignal.timeout(5_000) });

/** What a replica says it lacks; null when nothing: also what it could serve requests without, as intake can without its stage. */
const lackOf = async (url: string): Promise<string | null> => {
  const answer = await ask(`${url}/readyz`).catch(() => null);
  if (answer === null) return 'it does not answer';
  const { findings = [] } = (await answer.json()) as Readiness;
  const lacking = findings.filter(({ ready }) => !ready);
  if (answer.ok && lacking.length === 0) return null;
  return lacking.map(({ name, reason }) => `${name}: ${reason}`).join('; ');
};

export type ReadyOptions = Pick<MovingOptions, 'onLack' | 'quietMs' | 'sameMs' | 'patience'>;

/** Waits until a replica says that it is ready, for as long as it makes progress. @throws NotThereError naming the service and what it says it lacks */
export const untilReady = (name: string, replica: Replica, options: ReadyOptions = {}): Promise<void> =>
  waitWhileMoving(() => lackOf(replica.url), {
    ...options,
    what: `${name} to be ready`,
    process: replica,
    log: replica.log,
  });

/** A replica that has run before is given less time than one that starts: it has connections and code already. */
const RECOVERS = { quietMs: 20_000, sameMs: 45_000 };

/**
 * Whether a replica that runs also takes part: it is alive by its own word, and ready, or gets ready while it is looked at. One
 * that was refused by the broker for good, or stands still, is alive as a process and takes part in nothing.
 */
export const takesPart = async (name: string, replica: Replica, options: ReadyOptions = {}): Promise<boolean> => {
  const health = await ask(`${replica.url}/healthz`).catch(() => null);
  if (health !== null && !health.ok) return false;
  return untilReady(name, replica, { ...RECOVERS, ...options }).then(
    () => true,
    () => false,
  );
};
