import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

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
    await run('mvn', ['-q', '-B', ...args], { cwd });
  } catch (cause) {
    throw new Error('fetching jars: mvn failed; is Maven installed (`npm run doctor`) and the network up?', { cause });
  }
};

/** Kafka with its own command line tools, and what they run on, as a folder of jars. Fetched once into `cache`. */
export const kafkaJars = async (cache: string): Promise<string> => {
  const folder = join(cache, `kafka-${KAFKA_VERSION}`);
  if (!existsSync(join(folder, `kafka-tools-${KAFKA_VERSION}.jar`))) {
    mkdirSync(cache, { recursive: true });
    writeFileSync(join(cache, 'pom.xml'), POM);
    await maven(['dependency:copy-dependencies', `-DoutputDirectory=${folder}`], cache);
  }
  return folder;
};

const copyArtifact = async (artifact: string, folder: string): Promise<void> => {
  mkdirSync(folder, { recursive: true });
  await maven(['dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`], folder);
};

/** Apicurio Registry, unpacked: the folder that holds `quarkus-run.jar`. */
export const registryFolder = async (cache: string): Promise<string> => {
  const folder = join(cache, `registry-${REGISTRY_VERSION}`);
  if (!existsSync(join(folder, 'quarkus-run.jar'))) {
    await copyArtifact(`io.apicurio:apicurio-registry-app:${REGISTRY_VERSION}:tar.gz:all`, folder);
    await run('tar', ['xzf', `apicurio-registry-app-${REGISTRY_VERSION}-all.tar.gz`], { cwd: folder });
  }
  return folder;
};

/** A Redis server binary from the jar that carries one; its path. */
export const redisBinary = async (cache: string): Promise<string> => {
  const folder = join(cache, `redis-jar-${REDIS_JAR_VERSION}`);
  const found = () =>
    existsSync(folder)
      ? readdirSync(folder).find((name) => name.startsWith('redis-server') && name.includes(platformSuffix()))
      : undefined;
  if (!found()) {
    await copyArtifact(`com.github.codemonstur:embedded-redis:${REDIS_JAR_VERSION}`, folder);
    await run('unzip', ['-o', '-q', `embedded-redis-${REDIS_JAR_VERSION}.jar`, 'redis-server*'], { cwd: folder });
  }
  const name = found();
  if (!name) throw new Error(`finding a Redis server for ${platformSuffix()}: install redis-server`);
  const path = join(folder, name);
  await run('chmod', ['+x', path]);
  return path;
};

const platformSuffix = (): string => `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
