import { spawnSync } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { freemem } from 'node:os';
import type { Choice } from './choose.ts';
import { javaEnvironment, newestJava, REQUIRED_JAVA } from './java.ts';

export interface Finding {
  readonly what: string;
  readonly found: string;
  /** The one command or act that mends it; null when nothing is wrong. */
  readonly mend: string | null;
}

const GIBIBYTE = 1024 ** 3;
const NEEDED = { diskGiB: 2, memoryGiB: 3 };

const versionBy = (command: string, args: readonly string[]): string | null => {
  const { status, stdout } = spawnSync(command, [...args], { encoding: 'utf8', env: javaEnvironment() });
  return status === 0 ? (stdout.split('\n')[0]?.trim() ?? '') : null;
};

const ok = (what: string, found: string): Finding => ({ what, found, mend: null });

const java = (): Finding => {
  const found = newestJava();
  if (found && found.major >= REQUIRED_JAVA) return ok('Java', `${found.major}`);
  return {
    what: 'Java',
    found: found ? `${found.major}` : 'none',
    mend: `Kafka and the registry need Java ${REQUIRED_JAVA} or newer: install a JRE (Debian: apt-get install openjdk-21-jre-headless), or set JAVA_HOME`,
  };
};

const maven = (): Finding => {
  const found = versionBy('mvn', ['-q', '--version']);
  return found === null
    ? { what: 'Maven', found: 'none', mend: 'It fetches Kafka and the registry: apt-get install maven' }
    : ok('Maven', found.replaceAll(/\u001b\[[0-9;]*m/g, '') || 'found');
};

const unzip = (): Finding =>
  versionBy('unzip', ['-v']) === null
    ? {
        what: 'unzip',
        found: 'none',
        mend: 'It unpacks the Redis binary: apt-get install unzip, or install redis-server',
      }
    : ok('unzip', 'found');

const room = (root: string): readonly Finding[] => {
  const { bavail, bsize } = statfsSync(root);
  const disk = (bavail * bsize) / GIBIBYTE;
  const memory = freemem() / GIBIBYTE;
  return [
    disk >= NEEDED.diskGiB
      ? ok('disk', `${disk.toFixed(0)} GiB free`)
      : { what: 'disk', found: `${disk.toFixed(1)} GiB free`, mend: `Free at least ${NEEDED.diskGiB} GiB` },
    memory >= NEEDED.memoryGiB
      ? ok('memory', `${memory.toFixed(0)} GiB free`)
      : {
          what: 'memory',
          found: `${memory.toFixed(1)} GiB free`,
          mend: `Close programs until ${NEEDED.memoryGiB} GiB are free`,
        },
  ];
};

const announced: Readonly<Record<Choice['kind'], string>> = {
  environment: 'given in the environment',
  compose: 'in containers, by Docker Compose',
  native: 'native, as processes of this machine',
};

/** What this machine has and lacks for running everything in the chosen way. Only native asks for more than Node and room. */
export const examine = (root: string, { kind, because }: Choice): readonly Finding[] => {
  const common = [ok('Node', process.version), ok('servers', `${announced[kind]}: ${because}`)];
  return kind === 'native' ? [...common, java(), maven(), unzip(), ...room(root)] : [...common, ...room(root)];
};
