import { parsePlaybook, type Playbook } from '@sluice/policy';
import { readCases, type Case } from '@sluice/policy/cases';
import { playbookNames, readPlaybook } from '@sluice/policy/files';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { askApi } from './ask-api.ts';
import { CommandError, type CommandWorld } from './command-world.ts';

/** A playbook in a folder of playbooks. */
export interface PlaybookPlace {
  readonly root: string;
  readonly name: string;
}

/** A playbook by its name, its folder, or its file. @throws CommandError */
export const placeOf = (ref: string, { cwd, dir }: CommandWorld): PlaybookPlace => {
  const given = resolve(cwd, ref);
  const folders = [basename(given) === 'playbook.yaml' ? dirname(given) : given, join(dir, ref)];
  const found = folders.find((folder) => existsSync(join(folder, 'playbook.yaml')));
  if (found === undefined)
    throw new CommandError(
      `there is no playbook "${ref}": neither a folder with a playbook.yaml, nor one of that name in ${dir}`,
    );
  return { root: dirname(found), name: basename(found) };
};

/** Those that were named, or else all of the folder. @throws CommandError */
export const placesOf = (refs: readonly string[], world: CommandWorld): readonly PlaybookPlace[] => {
  if (refs.length > 0) return refs.map((ref) => placeOf(ref, world));
  if (!existsSync(world.dir)) throw new CommandError(`there is no folder ${world.dir}: name it with --dir`);
  return playbookNames(world.dir).map((name) => ({ root: world.dir, name }));
};

/** A file's path, as the one who asked would open it. */
export const shownPath = ({ root, name }: PlaybookPlace, file: string, { cwd }: CommandWorld): string =>
  relative(cwd, join(root, name, file));

/** Every mistake of a playbook's files as a line: `playbooks/lead-qual/playbook.yaml:12:9: …`. None: it can be used. */
export const mistakesIn = (place: PlaybookPlace, world: CommandWorld): readonly string[] => {
  const { faults } = readPlaybook(place.root, place.name);
  const own = faults.map(
    ({ file, line, column, pointer, message }) =>
      `${shownPath({ ...place, name: file }, 'playbook.yaml', world)}:${line}:${column}:${pointer === '' ? '' : ` ${pointer}:`} ${message}`,
  );
  const file = join(place.root, place.name, 'fixtures', 'cases.yaml');
  const cases = existsSync(file) ? readCases(readFileSync(file, 'utf8')).faults : [];
  return [
    ...own,
    ...cases.map(
      ({ line, column, message }) =>
        `${shownPath(place, join('fixtures', 'cases.yaml'), world)}:${line}:${column}: ${message}`,
    ),
  ];
};

export interface FoundPlaybook {
  /** As it was asked for. */
  readonly ref: string;
  readonly playbook: Playbook;
  readonly cases: readonly Case[];
}

const fromFiles = (ref: string, world: CommandWorld): FoundPlaybook => {
  const place = placeOf(ref, world);
  const mistakes = mistakesIn(place, world);
  const { playbook } = readPlaybook(place.root, place.name);
  if (playbook === null || mistakes.length > 0)
    throw new CommandError([`${ref} can not be used:`, ...mistakes].join('\n  '));
  const file = join(place.root, place.name, 'fixtures', 'cases.yaml');
  return { ref, playbook, cases: existsSync(file) ? readCases(readFileSync(file, 'utf8')).cases : [] };
};

const fromApi = async (ref: string, world: CommandWorld): Promise<FoundPlaybook> => {
  const [name = '', version = ''] = ref.split('@');
  const { status, body } = await askApi(world, `/v1/playbooks/${name}/versions/${version}`);
  if (status !== 200) throw new CommandError(`reading ${ref}: ${String(body['detail'] ?? status)}`);
  return { ref, playbook: parsePlaybook(body['document']), cases: [] };
};

/** A playbook in files, or, as `lead-qual@3` or `lead-qual@active`, a version of a running installation. @throws CommandError */
export const findPlaybook = (ref: string, world: CommandWorld): Promise<FoundPlaybook> =>
  /^[a-z0-9_.-]+@(?:\d+|active|latest)$/u.test(ref) ? fromApi(ref, world) : Promise.resolve(fromFiles(ref, world));
