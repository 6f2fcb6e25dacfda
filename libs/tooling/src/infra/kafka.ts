import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, isListening } from '../process/ports.ts';
import { spawnDetached } from '../process/spawn.ts';
import { waitUntil } from '../process/wait-until.ts';
import { newestJava } from './java.ts';
import { kafkaJars } from './maven.ts';
import type { ServerOptions, StartedServer } from './server.ts';

const run = promisify(execFile);

/** Two megabytes: a raw mail of 256 KiB in base64 with its headers stays far below. */
const MAX_MESSAGE_BYTES = 2 * 1024 * 1024;

const properties = (data: string, port: number, controllerPort: number): string => `
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=${data}
auto.create.topics.enable=false
default.replication.factor=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=12
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=12
group.initial.rebalance.delay.ms=0
message.max.bytes=${MAX_MESSAGE_BYTES}
replica.fetch.max.bytes=${MAX_MESSAGE_BYTES}
log.segment.bytes=67108864
`;

const format = async (java: string, classpath: string, config: string): Promise<void> => {
  // An id that begins with a dash would be read as an option.
  const clusterId = randomBytes(16).toString('base64url').replace(/^-/, 'A');
  await run(java, ['-cp', classpath, 'kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', config]);
};

/** Starts one Kafka broker in KRaft mode from Maven's jars; its log is kept between starts. */
export const startKafka = async ({ dir, logs, cache, port }: ServerOptions): Promise<StartedServer> => {
  const java = newestJava();
  if (!java) throw new Error('starting Kafka: no Java found; install a JRE of version 21 or newer');
  const classpath = join(await kafkaJars(cache), '*');
  const data = join(dir, 'kafka');
  mkdirSync(data, { recursive: true });
  const config = join(dir, 'kafka.properties');
  writeFileSync(config, properties(data, port, await freePort()));
  if (!existsSync(join(data, 'meta.properties'))) await format(java.command, classpath, config);
  const started = await spawnDetached({
    command: java.command,
    args: ['-Xms256m', '-Xmx768m', '-XX:+UseG1GC', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-cp', classpath, 'kafka.Kafka', config],
    log: join(logs, 'kafka.log'),
  });
  await waitUntil(() => isListening(port), { what: 'Kafka', withinMs: 90_000, process: started, log: join(logs, 'kafka.log') });
  return { process: started, address: `127.0.0.1:${port}`, stopSignal: 'SIGTERM' };
};
