/** What a playbook command may see and say. */
export interface CommandWorld {
  /** Where it was called: paths are relative to it. */
  readonly cwd: string;
  /** The folder of playbooks that names are looked for in. */
  readonly dir: string;
  /** The API of a running installation, and the key to ask it with; null where none is named or started here. */
  readonly api: { readonly url: string; readonly key: string | null } | null;
  say(line: string): void;
}

export interface CommandOptions {
  readonly dryRun: boolean;
  readonly activate: boolean;
  readonly verbose: boolean;
  readonly reason: string | null;
  /** A file of cases to compare with, instead of the playbooks' own. */
  readonly cases: string | null;
}

/** Asked wrongly, or what is needed is not there: exit code 2. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** 0: as it should be. 1: it is not: mistakes, failing cases, differences. */
export type ExitCode = 0 | 1;
export type PlaybookCommand = (
  refs: readonly string[],
  world: CommandWorld,
  options: CommandOptions,
) => Promise<ExitCode>;
