import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, selfSignedCertificate } from '@sluice/testing';
import { createSharedAdmin } from '../kafka/shared-admin.ts';
import { javaCommand, javaEnvironment, kafkaClasspath } from './java.ts';

export interface SecureBroker {
  /** In the open, for who prepares and judges. */
  readonly open: readonly string[];
  /** TLS and SASL: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER (tokens that nobody signed). */
  readonly sasl: readonly string[];
  /** TLS with a certificate of the client's. */
  readonly mutual: readonly string[];
  /** The authority of the broker's certificate. */
  readonly ca: string;
  /** A certificate and key that the broker knows. */
  readonly client: { readonly cert: string; readonly key: string };
  stop(): Promise<void>;
}

export interface SecureBrokerOptions {
  /** Who may log in with a password. */
  readonly users: Readonly<Record<string, string>>;
  /** Those of them, and of those with tokens, who may do anything. The others may do nothing. */
  readonly mayDoAnything: readonly string[];
  /** Milliseconds after which a client has to authenticate again. */
  readonly reauthenticateMs: number;
}

const freePorts = async (count: number): Promise<readonly number[]> => {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
};

const SCRAM = ['SCRAM-SHA-256', 'SCRAM-SHA-512'];

const ended = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
};

/** Starts a broker of its own whose listeners want to know who comes. Needs Java and Kafka's jars. */
export const startSecureBroker = async ({
  users,
  mayDoAnything,
  reauthenticateMs,
}: SecureBrokerOptions): Promise<SecureBroker> => {
  const dir = mkdtempSync(join(tmpdir(), 'sluice-kafka-'));
  const [open = 0, sasl = 0, mutual = 0, controller = 0] = await freePorts(4);
  const [server, client] = [selfSignedCertificate(), selfSignedCertificate()];
  const path = (name: string, content: string): string => {
    writeFileSync(join(dir, name), content, { mode: 0o600 });
    return join(dir, name);
  };
  const login = 'org.apache.kafka.common.security';
  const properties = path(
    'server.properties',
    `
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controller}
listeners=OPEN://127.0.0.1:${open},SASL://127.0.0.1:${sasl},MUTUAL://127.0.0.1:${mutual},CONTROLLER://127.0.0.1:${controller}
advertised.listeners=OPEN://127.0.0.1:${open},SASL://127.0.0.1:${sasl},MUTUAL://127.0.0.1:${mutual}
listener.security.protocol.map=OPEN:PLAINTEXT,SASL:SASL_SSL,MUTUAL:SSL,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
inter.broker.listener.name=OPEN
ssl.keystore.type=PEM
ssl.keystore.location=${path('server.pem', server.key + server.cert)}
ssl.truststore.type=PEM
ssl.truststore.location=${path('clients.pem', client.cert)}
listener.name.mutual.ssl.client.auth=required
listener.name.sasl.sasl.enabled.mechanisms=PLAIN,${SCRAM.join()},OAUTHBEARER
listener.name.sasl.plain.sasl.jaas.config=${login}.plain.PlainLoginModule required ${Object.entries(users)
      .map(([name, password]) => `user_${name}="${password}"`)
      .join(' ')};
${SCRAM.map((one) => `listener.name.sasl.${one.toLowerCase()}.sasl.jaas.config=${login}.scram.ScramLoginModule required;`).join('\n')}
listener.name.sasl.oauthbearer.sasl.jaas.config=${login}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";
listener.name.sasl.connections.max.reauth.ms=${reauthenticateMs}
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS;User:CN=localhost;${mayDoAnything.map((name) => `User:${name}`).join(';')}
log.dirs=${join(dir, 'data')}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
group.initial.rebalance.delay.ms=0
`,
  );
  const java = (heap: string, args: readonly string[]): ChildProcess =>
    spawn(javaCommand(), [heap, '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-cp', kafkaClasspath(), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: javaEnvironment(),
    });
  const scramUsers = Object.entries(users).flatMap(([name, password]) =>
    SCRAM.flatMap((one) => ['--add-scram', `${one}=[name=${name},password=${password}]`]),
  );
  const format = java('-Xmx128m', [
    'kafka.tools.StorageTool',
    'format',
    '-t',
    'AAAAAAAAQACAAAAAAAAAAA',
    '-c',
    properties,
    ...scramUsers,
  ]);
  let printed = '';
  const keep = (child: ChildProcess): void => {
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        printed = (printed + text).slice(-4_000);
      });
  };
  keep(format);
  await ended(format);
  if (format.exitCode !== 0) throw new Error(`formatting the broker's storage: ${printed}`);

  const broker = java('-Xmx384m', ['kafka.Kafka', properties]);
  keep(broker);
  const stop = async (): Promise<void> => {
    broker.kill('SIGKILL');
    await ended(broker);
    rmSync(dir, { recursive: true, force: true });
  };
  const admin = createSharedAdmin({ brokers: [`127.0.0.1:${open}`], clientId: 'secure-broker' });
  try {
    await eventually(
      async () => {
        if (broker.exitCode !== null) throw new Error(`the broker ended: ${printed}`);
        await admin.ask((asked) => asked.describeCluster());
      },
      { within: 60_000 },
    );
  } catch (error) {
    await stop();
    throw error;
  } finally {
    await admin.close();
  }
  const at = (port: number): readonly string[] => [`127.0.0.1:${port}`];
  return { open: at(open), sasl: at(sasl), mutual: at(mutual), ca: server.cert, client, stop };
};
