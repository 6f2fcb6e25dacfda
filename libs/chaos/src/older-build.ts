import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildApps } from '@sluice/tooling';

const git = (root: string, args: readonly string[]): Buffer =>
  execFileSync('git', [...args], { cwd: root, maxBuffer: 2 ** 30, stdio: ['ignore', 'pipe', 'ignore'] });

const versionAt = (root: string, commit: string): string =>
  (JSON.parse(git(root, ['show', `${commit}:package.json`]).toString()) as { readonly version: string }).version;

/** From here on a build reads what the builds before it have written. */
const FIRST_TO_UPGRADE_FROM = [0, 2] as const;

const isUpgradedFrom = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [wantedMajor, wantedMinor] = FIRST_TO_UPGRADE_FROM;
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
};

/** The commit of the release before this one: the newest that has another version in `package.json` than its parent. Null where there is none, as in a clone without history. */
export const lastRelease = (root: string): string | null => {
  try {
    const head = git(root, ['rev-parse', 'HEAD']).toString().trim();
    const commits = git(root, ['log', '--format=%H', '-G"version":', '--', 'package.json'])
      .toString()
      .trim()
      .split('\n');
    return commits.find((commit) => commit !== head && isUpgradedFrom(versionAt(root, commit))) ?? null;
  } catch {
    return null;
  }
};

/** Builds the services as they were at `ref`, with the packages of now. Gives where the build lies. @throws Error when there is no such commit */
export const buildOlder = async (
  root: string,
  { ref, dir }: { readonly ref: string; readonly dir: string },
): Promise<string> => {
  const sources = join(dir, 'older-sources');
  mkdirSync(sources, { recursive: true });
  execFileSync('tar', ['-x', '-C', sources], { input: git(root, ['archive', ref, 'apps', 'libs', 'package.json']) });
  const outdir = join(dir, 'older-build');
  await buildApps(sources, { outdir });
  return outdir;
};
