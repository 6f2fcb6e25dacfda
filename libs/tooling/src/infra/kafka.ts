import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { answerOf } from '../process/ports.ts';
import { spawnDetached } from '../process/spawn.ts';
import { javaEnvironment, newestJava } from './java.ts';
import { readCluster, type KafkaNode } from './kafka-cluster.ts';
import { kafkaJars } from './maven.ts';
import { portOf, type ServerProgram } from './server.ts';

const run = promisify(execFile);

/** Two megabytes: a raw mail of 256 KiB in base64 with its headers stays far below. */
const MAX_MESSAGE_BYTES = 2 * 1024 * 1024;

/** Length, api key 18, version 0, correlation id 1, no client id. */
const API_VERSIONS_REQUEST = Uint8Array.of(0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff);

/** With three brokers as in production: every record in three places, an acknowledged one in two at least. */
const replicationOf = (brokers: number) => (brokers >= 3 ? { factor: 3, minInSync: 2 } : { factor: 1, minInSync: 1 });

const properties = (
  data: string,
  { node: { id, port, controllerPort }, nodes }: { readonly node: KafkaNode; readonly nodes: readonly KafkaNode[] },
): string => {
  const { factor, minInSync } = replicationOf(nodes.length);
  return `
process.roles=broker,controller
node.id=${id}
controller.quorum.voters=${nodes.map((one) => `${one.id}@127.0.0.1:${one.controllerPort}`).join(',')}
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=${data}
auto.create.topics.enable=false
default.replication.factor=${factor}
min.insync.replicas=${minInSync}
offsets.topic.replication.factor=${factor}
offsets.topic.num.partitions=12
transaction.state.log.replication.factor=${factor}
transaction.state.log.min.isr=${minInSync}
transaction.state.log.num.partitions=12
transaction.abort.timed.out.transaction.cleanup.interval.ms=1000
group.initial.rebalance.delay.ms=0
message.max.bytes=${MAX_MESSAGE_BYTES}
replica.fetch.max.bytes=${MAX_MESSAGE_BYTES}
log.segment.bytes=67108864
`;
};

/**
 * A Kafka broker in KRaft mode from Maven's jars, on the port its cluster's plan gives it; its log is kept between starts. It runs
 * in the folder of its data and is told relative paths: its configuration has no way to say a comma in the name of a folder.
 */
export const kafkaBroker = (id: number): ServerProgram => ({
  title: id === 1 ? 'Kafka' : `Kafka broker ${id}`,
  async launch({ dir, logs, cache }) {
    const java = newestJava();
    if (!java) throw new Error('starting Kafka: no Java found; install a JRE of version 21 or newer');
    const cluster = readCluster(dir);
    const node = cluster?.nodes.find((one) => one.id === id);
    if (!cluster || !node) throw new Error(`starting Kafka: broker ${id} is not in the plan of the cluster`);
    const classpath = join(await kafkaJars(cache), '*');
    const name = id === 1 ? 'kafka' : `kafka-${id}`;
    const config = `${name}.properties`;
    mkdirSync(join(dir, name), { recursive: true });
    writeFileSync(join(dir, config), properties(name, { node, nodes: cluster.nodes }));
    if (!existsSync(join(dir, name, 'meta.properties')))
      await run(
        java.command,
        ['-cp', classpath, 'kafka.tools.StorageTool', 'format', '-t', cluster.clusterId, '-c', config],
        { cwd: dir, env: javaEnvironment() },
      );
    const started = await spawnDetached({
      what: name,
      kind: 'server',
      command: java.command,
      args: [
        '-Xms256m',
        cluster.nodes.length > 1 ? '-Xmx512m' : '-Xmx768m',
        '-XX:+UseG1GC',
        '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
        '-cp',
        classpath,
        'kafka.Kafka',
        config,
      ],
      log: join(logs, `${name}.log`),
      cwd: dir,
      env: javaEnvironment(),
    });
    return { process: started, address: `127.0.0.1:${node.port}`, stopSignal: 'SIGTERM' };
  },
  lack: async (address) =>
    (await answerOf(portOf(address), API_VERSIONS_REQUEST)).length > 0 ? null : 'it answers with nothing',
});
