import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withLock } from '../process/lock.mjs';
import { javaEnvironment } from './java.ts';

const run = promisify(execFile);

export const KAFKA_VERSION = '4.2.0';
export const REGISTRY_VERSION = '3.3.3';
const REDIS_JAR_VERSION = '1.4.4';

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>sluice</groupId><artifactId>infra</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${KAFKA_VERSION}</version></dependency>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka-tools</artifactId><version>${KAFKA_VERSION}</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
`;

const maven = async (args: readonly string[], cwd: string): Promise<void> => {
  try {
    await run('mvn', ['-q', '-B', ...args], { cwd, env: javaEnvironment() });
  } catch (cause) {
    throw new Error('fetching jars: mvn failed; is Maven installed (`npm run doctor`) and the network up?', { cause });
  }
};

/**
 * A folder of the cache, filled once by `fill`, which is given a draft to fill. It is there whole or not at all, also when a
 * download is cut off or two want it at once.
 */
const filled = async (cache: string, name: string, fill: (draft: string) => Promise<void>): Promise<string> => {
  const folder = join(cache, name);
  if (existsSync(folder)) return folder;
  return withLock(join(cache, 'lock'), { purpose: `fetching ${name}` }, async () => {
    if (existsSync(folder)) return folder;
    const draft = join(cache, `draft-${randomUUID()}`);
    mkdirSync(draft, { recursive: true });
    try {
      await fill(draft);
      renameSync(draft, folder);
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
    return folder;
  });
};

/** Kafka with its own command line tools, and what they run on, as a folder of jars. Fetched once into `cache`. */
export const kafkaJars = (cache: string): Promise<string> =>
  filled(cache, `kafka-${KAFKA_VERSION}`, async (draft) => {
    writeFileSync(join(cache, 'pom.xml'), POM);
    await maven(['dependency:copy-dependencies', `-DoutputDirectory=${draft}`], cache);
  });

const copyArtifact = (artifact: string, folder: string): Promise<void> =>
  maven(['dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`], folder);

/** Apicurio Registry, unpacked: the folder that holds `quarkus-run.jar`. */
export const registryFolder = (cache: string): Promise<string> =>
  filled(cache, `registry-${REGISTRY_VERSION}`, async (draft) => {
    await copyArtifact(`io.apicurio:apicurio-registry-app:${REGISTRY_VERSION}:tar.gz:all`, draft);
    await run('tar', ['xzf', `apicurio-registry-app-${REGISTRY_VERSION}-all.tar.gz`], { cwd: draft });
  });

/** A Redis server binary from the jar that carries one; its path. */
export const redisBinary = async (cache: string): Promise<string> => {
  const folder = await filled(cache, `redis-jar-${REDIS_JAR_VERSION}`, async (draft) => {
    await copyArtifact(`com.github.codemonstur:embedded-redis:${REDIS_JAR_VERSION}`, draft);
    await run('unzip', ['-o', '-q', `embedded-redis-${REDIS_JAR_VERSION}.jar`, 'redis-server*'], { cwd: draft });
  });
  const name = readdirSync(folder).find((one) => one.startsWith('redis-server') && one.includes(platformSuffix()));
  if (!name) throw new Error(`finding a Redis server for ${platformSuffix()}: install redis-server`);
  const path = join(folder, name);
  await run('chmod', ['+x', path]);
  return path;
};

const platformSuffix = (): string => `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
