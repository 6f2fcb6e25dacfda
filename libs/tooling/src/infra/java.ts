import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export interface Java {
  readonly command: string;
  readonly major: number;
}

/** Apicurio Registry 3 is built for Java 21. */
export const REQUIRED_JAVA = 21;

const JVM_FOLDER = '/usr/lib/jvm';

const candidates = (): readonly string[] => [
  ...(process.env['JAVA_HOME'] ? [join(process.env['JAVA_HOME'], 'bin', 'java')] : []),
  'java',
  ...(existsSync(JVM_FOLDER) ? readdirSync(JVM_FOLDER).map((name) => join(JVM_FOLDER, name, 'bin', 'java')) : []),
];

/**
 * What a JVM is started with: it takes the names of files in the language of the environment, and where none is set it can't open
 * a path that holds an umlaut.
 */
export const javaEnvironment = (): NodeJS.ProcessEnv => ({ ...process.env, LC_ALL: 'C.UTF-8' });

/** `java -version` speaks on stderr. */
const probe = (command: string): Java | null => {
  const { stderr, error } = spawnSync(command, ['-XshowSettings:properties', '-version'], { encoding: 'utf8' });
  const major = Number(/java\.specification\.version = (?:1\.)?(\d+)/.exec(stderr ?? '')?.[1] ?? 0);
  return error || major === 0 ? null : { command, major };
};

/** The newest JVM of JAVA_HOME, PATH and the system's folder; null when there is none. */
export const newestJava = (): Java | null =>
  candidates()
    .filter((command) => command === 'java' || existsSync(command))
    .map(probe)
    .reduce<Java | null>((best, java) => (java && java.major > (best?.major ?? 0) ? java : best), null);
