import { spawn } from 'node:child_process';
import { javaCommand, javaEnvironment, kafkaClasspath } from './java.ts';

const RUN_WITHIN_MS = 40_000;

/** Runs one of Kafka's Java tools to its end and gives what it printed. */
const run = ({
  tool,
  args,
  input = '',
}: {
  readonly tool: string;
  readonly args: readonly string[];
  readonly input?: string;
}): Promise<string> => {
  const child = spawn(
    javaCommand(),
    ['-Xmx128m', '-Dorg.slf4j.simpleLogger.defaultLogLevel=error', '-cp', kafkaClasspath(), tool, ...args],
    { timeout: RUN_WITHIN_MS, env: javaEnvironment() },
  );
  let printed = '';
  let complaints = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  child.stdin.on('error', () => undefined).end(input);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(printed);
      else reject(new Error(`${tool} ended with ${code}: ${complaints.slice(0, 2_000)}`));
    });
  });
};

export interface JavaConsole {
  /** Writes each line as a record, all in one batch, compressed as asked for. */
  produce(
    topic: string,
    lines: readonly string[],
    compression: 'gzip' | 'snappy' | 'lz4' | 'zstd' | 'none',
  ): Promise<void>;
  /** The first `count` committed records, from the beginning. */
  consume(topic: string, count: number): Promise<readonly string[]>;
}

/** Kafka's own producer and consumer: a judge that is not our code. */
export const createJavaConsole = (brokers: readonly string[]): JavaConsole => ({
  async produce(topic, lines, compression) {
    const settings = ['batch.size=1000000', 'linger.ms=1000'].flatMap((setting) => ['--command-property', setting]);
    await run({
      tool: 'org.apache.kafka.tools.ConsoleProducer',
      args: ['--bootstrap-server', brokers.join(), '--topic', topic, '--compression-codec', compression, ...settings],
      input: lines.map((line) => `${line}\n`).join(''),
    });
  },
  async consume(topic, count) {
    const printed = await run({
      tool: 'org.apache.kafka.tools.consumer.ConsoleConsumer',
      args: [
        '--bootstrap-server',
        brokers.join(),
        '--topic',
        topic,
        '--from-beginning',
        '--isolation-level',
        'read_committed',
        '--max-messages',
        String(count),
        '--timeout-ms',
        '20000',
      ],
    });
    return printed.split('\n').filter((line) => line !== '');
  },
});
