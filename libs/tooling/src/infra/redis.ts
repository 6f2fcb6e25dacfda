import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { isListening } from '../process/ports.ts';
import { spawnDetached } from '../process/spawn.ts';
import { waitUntil } from '../process/wait-until.ts';
import { redisBinary } from './maven.ts';
import type { ServerOptions, StartedServer } from './server.ts';

const onPath = (command: string): boolean => {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

const binary = async (cache: string): Promise<string> =>
  ['redis-server', 'valkey-server'].find(onPath) ?? (await redisBinary(cache));

/** Starts Redis without persistence: it holds only what may be lost. */
export const startRedis = async ({ logs, cache, port }: ServerOptions): Promise<StartedServer> => {
  const started = await spawnDetached({
    command: await binary(cache),
    args: ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    log: join(logs, 'redis.log'),
  });
  await waitUntil(() => isListening(port), {
    what: 'Redis',
    withinMs: 20_000,
    process: started,
    log: join(logs, 'redis.log'),
  });
  return { process: started, address: `redis://127.0.0.1:${port}`, stopSignal: 'SIGTERM' };
};
