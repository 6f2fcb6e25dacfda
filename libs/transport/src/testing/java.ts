import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where `npm start` and `npm test` keep Kafka's own jars. */
const CACHE = join(import.meta.dirname, '../../../../.sluice/cache');

export const javaCommand = (): string =>
  process.env['JAVA_HOME'] ? join(process.env['JAVA_HOME'], 'bin', 'java') : 'java';

/** A JVM takes the names of files in the language of the environment: with none it can't open a path that holds an umlaut. */
export const javaEnvironment = (): NodeJS.ProcessEnv => ({ ...process.env, LC_ALL: 'C.UTF-8' });

/** Kafka's own jars. @throws Error when they were never fetched */
export const kafkaClasspath = (): string => {
  const folder = existsSync(CACHE) ? readdirSync(CACHE).find((name) => name.startsWith('kafka-')) : undefined;
  if (!folder) throw new Error(`running Kafka's own tools: no jars in ${CACHE}; \`npm test\` fetches them`);
  return join(CACHE, folder, '*');
};
