import { PlaybookError } from '@sluice/policy';
import { parseArgs } from 'node:util';
import { resolve } from 'node:path';
import { apply } from './apply.ts';
import { CommandError, type CommandOptions, type CommandWorld, type PlaybookCommand } from './command-world.ts';
import { compare } from './compare.ts';
import { diff } from './diff.ts';
import { lint } from './lint.ts';
import { test } from './try-cases.ts';

const commands: Readonly<Record<string, PlaybookCommand>> = { lint, test, diff, compare, apply };

const USAGE = `npx sluice playbook <command> [playbooks] [options]

  lint [playbook…]      every mistake with file, line and column; without a name, all of the folder
  test [playbook…]      decides the worked cases (fixtures/cases.yaml) and says where they come out otherwise
  diff <a> <b>          what is different, in words
  compare <a> <b>       decides the same cases by both: a table of changed decisions
  apply [playbook…]     brings a running installation to what the files say: a version, and the pointer to it

  A playbook is a name in the folder, a folder, a playbook.yaml; in diff and compare also a version
  of a running installation: lead-qual@3, lead-qual@active, lead-qual@latest.

  --dir <folder>        the folder of playbooks (./playbooks, or SLUICE_PLAYBOOKS_DIR)
  --api <url>           the API of the installation (SLUICE_API_URL; else what \`npm start\` runs here); SLUICE_API_KEY is the key
  --reason <why>        apply: stands in the history of the playbook
  --dry-run             apply: says what would change
  --no-activate         apply: keeps the version, and leaves the pointer
  --cases <file>        compare: these cases instead of the playbooks' own
  --verbose             diff: with what each field means

  Exit code: 0 as it should be; 1 mistakes, failing cases, differences; 2 asked wrongly, or not there.`;

export interface Surroundings extends Omit<CommandWorld, 'dir' | 'api'> {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The API of what was started in this checkout. */
  readonly started: () => CommandWorld['api'];
  complain(line: string): void;
}

const read = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    allowPositionals: true,
    allowNegative: true,
    options: {
      dir: { type: 'string' },
      api: { type: 'string' },
      reason: { type: 'string' },
      cases: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      activate: { type: 'boolean', default: true },
      verbose: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });

type Values = ReturnType<typeof read>['values'];

const apiOf = (values: Values, { env, started }: Surroundings): CommandWorld['api'] => {
  const url = values.api ?? env['SLUICE_API_URL'];
  const running = url === undefined ? started() : null;
  const address = (url ?? running?.url)?.replace(/\/+$/u, '');
  return address === undefined ? null : { url: address, key: env['SLUICE_API_KEY'] ?? running?.key ?? null };
};

const worldOf = (values: Values, around: Surroundings): CommandWorld => ({
  cwd: around.cwd,
  dir: resolve(around.cwd, values.dir ?? around.env['SLUICE_PLAYBOOKS_DIR'] ?? 'playbooks'),
  api: apiOf(values, around),
  say: around.say,
});

const optionsOf = (values: Values): CommandOptions => ({
  dryRun: values['dry-run'],
  activate: values.activate,
  verbose: values.verbose,
  reason: values.reason ?? null,
  cases: values.cases ?? null,
});

const run = async (args: readonly string[], around: Surroundings): Promise<number> => {
  const {
    positionals: [name, ...refs],
    values,
  } = read(args);
  const command = name === undefined ? undefined : commands[name];
  if (values.help || !command) {
    (values.help ? around.say : around.complain)(USAGE);
    return values.help ? 0 : 2;
  }
  return command(refs, worldOf(values, around), optionsOf(values));
};

/** Only what somebody can mend is told without a stack. */
const isExpected = (error: unknown): error is Error =>
  error instanceof CommandError || error instanceof PlaybookError || (error instanceof TypeError && 'code' in error);

/** `npx sluice playbook …`. Gives the exit code. */
export const runPlaybookCommand = (args: readonly string[], around: Surroundings): Promise<number> =>
  run(args, around).catch((error: unknown) => {
    if (!isExpected(error)) throw error;
    around.complain(error.message);
    return 2;
  });
