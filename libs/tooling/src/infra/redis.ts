import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { answerOf } from '../process/ports.ts';
import { spawnDetached } from '../process/spawn.ts';
import { redisBinary } from './maven.ts';
import { portOf, type ServerProgram } from './server.ts';

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

/** Redis without persistence: it holds only what may be lost. */
export const redis: ServerProgram = {
  title: 'Redis',
  async launch({ logs, cache, port }) {
    const started = await spawnDetached({
      what: 'redis',
      kind: 'server',
      command: await binary(cache),
      args: ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
      log: join(logs, 'redis.log'),
    });
    return { process: started, address: `redis://127.0.0.1:${port}`, stopSignal: 'SIGTERM' };
  },
  lack: async (address) =>
    (await answerOf(portOf(address), 'PING\r\n')).toString().startsWith('+PONG') ? null : 'it does not answer PING yet',
};
