import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { join } from 'node:path';
import { javaEnvironment, kafkaJars, newestJava, recordChild } from '@sluice/tooling';

export interface KafkaTools {
  /** Runs a tool to its end and gives what it prints. @throws Error with what it says of its failure. */
  run(mainClass: string, args: readonly string[]): Promise<string>;
  /** Runs a tool whose output goes to a file, until it ends by itself or `stop` is called. */
  follow(mainClass: string, args: readonly string[], file: string): Followed;
}

export interface Followed {
  readonly ended: Promise<void>;
  /** Bytes it has printed so far. */
  printed(): number;
  /** Milliseconds since it last printed anything. */
  silentMs(): number;
  stop(): Promise<void>;
}

/** Kafka's own command line tools, in Java: what they say is not our word. */
export const kafkaTools = async (cache: string): Promise<KafkaTools> => {
  const java = newestJava();
  if (!java) throw new Error("running Kafka's tools: no Java found");
  const classpath = join(await kafkaJars(cache), '*');
  const start = (mainClass: string, args: readonly string[]) => {
    const child = spawn(
      java.command,
      [
        '-Xmx256m',
        '-XX:+UseSerialGC',
        '-Dorg.slf4j.simpleLogger.defaultLogLevel=error',
        '-cp',
        classpath,
        mainClass,
        ...args,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'], env: javaEnvironment() },
    );
    recordChild(child, { what: mainClass, kind: 'service' });
    return child;
  };

  return {
    async run(mainClass, args) {
      const child = start(mainClass, args);
      const printed: Buffer[] = [];
      const complained: Buffer[] = [];
      child.stdout.on('data', (chunk: Buffer) => printed.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => complained.push(chunk));
      const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
      if (code !== 0)
        throw new Error(
          `${mainClass} ended with ${code}: ${Buffer.concat([...complained, ...printed])
            .toString()
            .slice(-2_000)}`,
        );
      return Buffer.concat(printed).toString();
    },
    follow(mainClass, args, file) {
      const child = start(mainClass, args);
      const out = createWriteStream(file);
      let printedAt = performance.now();
      let printed = 0;
      child.stdout.on('data', (chunk: Buffer) => {
        printedAt = performance.now();
        printed += chunk.length;
      });
      child.stdout.pipe(out);
      child.stderr.resume();
      const ended = finished(out);
      return {
        ended,
        printed: () => printed,
        silentMs: () => performance.now() - printedAt,
        async stop() {
          child.kill('SIGTERM');
          await ended;
        },
      };
    },
  };
};
