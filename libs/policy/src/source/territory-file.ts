import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { PlaybookError } from '../parse-playbook.ts';

/** Document 004 writes UK, ISO 3166-1 writes GB. */
const ISO: Readonly<Record<string, string>> = { UK: 'GB' };

const table = z.record(
  z.string().regex(/^([A-Z]{2}|DEFAULT)$/u, 'is neither two capital letters nor DEFAULT'),
  z.string().min(1),
);

/** A team's mailbox names its pool: `us-team@company.com` is `us-team`. */
const poolOf = (team: string): string => team.split('@')[0] ?? '';

/** `{"US": "us-team@company.com", …, "DEFAULT": …}`, as a line of a playbook. @throws PlaybookError */
const lineOf = (file: string): string => {
  if (!existsSync(file))
    throw new PlaybookError(`there is no file ${file}, which the playbook takes its territories from`);
  try {
    const teams = table.parse(JSON.parse(readFileSync(file, 'utf8')));
    return JSON.stringify(
      Object.fromEntries(Object.entries(teams).map(([country, team]) => [ISO[country] ?? country, poolOf(team)])),
    );
  } catch (error) {
    const detail =
      error instanceof z.ZodError
        ? error.issues.map(({ path, message }) => `/${path.join('/')} ${message}`).join('; ')
        : 'it is no JSON';
    throw new PlaybookError(`reading territories from ${file}: ${detail}`, { cause: error });
  }
};

/**
 * A playbook may name a file for its territories: `territories: ../../infra/routing.json`. What stands in it is put into the
 * playbook's own text, on the same line, so that a version holds it and whoever reads the version needs no file.
 */
export const withTerritoryFile = (folder: string, text: string): string =>
  text.replace(
    /^territories:[ \t]+(?<path>\S+\.json)[ \t]*$/mu,
    (_, path: string) => `territories: ${lineOf(resolve(folder, path))}`,
  );
