import { connect } from 'node:net';
import type { SimulatorName } from '@sluice/simulators';
import { createPostgres } from '@sluice/persistence';
import { isAlive, type ProcessRecord, type ServerName, type Stack } from '@sluice/tooling';
import { untilMet, type Fault, type World } from '../world.ts';
import { lasting } from './processes.ts';

const FROZEN_MS = 12_000;
/** More than the server takes. */
const CONNECTIONS = 320;
const POOL_SECONDS = 8;

const processOf = (stack: Stack, name: ServerName): ProcessRecord => {
  const record = stack.server(name)?.process;
  if (!record) throw new Error(`striking ${name}: it is not among the processes of this run`);
  return record;
};

const strikeServer = async (world: World, name: ServerName, signal: NodeJS.Signals): Promise<void> => {
  const record = processOf(world.stack, name);
  process.kill(record.pid, signal);
  await untilMet({ world, what: `${name} to end`, look: () => (isAlive(record) ? 'it still runs' : null) });
};

/** A server ends at once by the signal, and comes back where it was. */
export const killedServer = (name: ServerName, signal: NodeJS.Signals, title = `${name} killed`): Fault => ({
  name: title,
  async strike(world) {
    await strikeServer(world, name, signal);
    await world.stack.startServer(name);
  },
});

/** A server neither answers nor refuses for a while. */
export const frozenServer = (name: ServerName, title = `${name} frozen`): Fault => ({
  name: title,
  async strike({ stack }) {
    const { pid } = processOf(stack, name);
    process.kill(pid, 'SIGSTOP');
    await lasting(FROZEN_MS);
    process.kill(pid, 'SIGCONT');
  },
});

/** A server, killed, and a provider of different stages are away for as long. */
export const outage = (server: ServerName, provider: SimulatorName, ms: number): Fault => ({
  name: `${server} and ${provider} away`,
  async strike(world) {
    const { stack, simulators } = world;
    await Promise.all([strikeServer(world, server, 'SIGKILL'), simulators.setOutage(provider, { up: false })]);
    await lasting(ms);
    await Promise.all([stack.startServer(server), simulators.setOutage(provider, { up: true })]);
  },
});

/** Somebody else takes every connection that PostgreSQL has left. */
export const exhaustedPool: Fault = {
  name: 'PostgreSQL without connections left',
  async strike({ stack }) {
    const greedy = createPostgres({ url: stack.addresses.postgresUrl, max: CONNECTIONS });
    const asked = await Promise.allSettled(
      Array.from({ length: CONNECTIONS }, () => greedy.query(`select pg_sleep(${POOL_SECONDS})`)),
    );
    await greedy.close();
    const taken = asked.filter(({ status }) => status === 'fulfilled').length;
    if (taken === 0 || taken === CONNECTIONS)
      throw new Error(
        `taking every connection: ${taken} of ${CONNECTIONS} were given, so that there was never a time when none was left`,
      );
  },
};

/** Redis forgets everything it knew. */
export const flushedRedis: Fault = {
  name: 'Redis FLUSHALL',
  async strike({ stack }) {
    const { hostname, port } = new URL(stack.addresses.redisUrl);
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port) }, () => socket.write('FLUSHALL\r\n'));
      socket
        .once('data', (data) => {
          socket.destroy();
          resolve(data.toString());
        })
        .once('error', reject);
    });
    if (!answer.startsWith('+OK')) throw new Error(`flushing Redis: it answered ${answer}`);
  },
};
