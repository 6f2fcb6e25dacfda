import type { Playbook } from '@sluice/policy';
import { readCases, type Case } from '@sluice/policy/cases';
import { decideCase, seenIn } from './decide-case.ts';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { CommandError, type CommandWorld, type PlaybookCommand } from './command-world.ts';
import { findPlaybook } from './find-playbook.ts';
import { table } from './table.ts';
import { shown, type Seen } from './try-cases.ts';

const FIELDS = [
  'category',
  'intent',
  'label',
  'score',
  'priority',
  'review',
  'path',
  'deal',
  'route',
  'queue',
  'pool',
  'closed',
  'sla',
] as const satisfies readonly (keyof Seen)[];

const casesIn = (file: string, { cwd }: CommandWorld): readonly Case[] => {
  const { cases, faults } = readCases(readFileSync(resolve(cwd, file), 'utf8'));
  if (faults.length > 0)
    throw new CommandError(
      faults.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`).join('\n'),
    );
  return cases;
};

/** The cases of both, each once. */
const together = (...lists: readonly (readonly Case[])[]): readonly Case[] =>
  lists
    .flat()
    .filter(
      (one, at, all) =>
        all.findIndex((other) => isDeepStrictEqual({ ...other, expect: null }, { ...one, expect: null })) === at,
    );

export interface ChangedDecision {
  readonly name: string;
  readonly field: string;
  readonly before: string;
  readonly after: string;
}

/** What two playbooks decide differently about the same inquiries. */
export const changedDecisions = (
  before: Playbook,
  after: Playbook,
  cases: readonly Case[],
): readonly ChangedDecision[] =>
  cases.flatMap((one) => {
    const [a, b] = [seenIn(decideCase(before, one)), seenIn(decideCase(after, one))];
    return FIELDS.filter((field) => !isDeepStrictEqual(a[field], b[field])).map((field) => ({
      name: one.name,
      field,
      before: shown(a[field]),
      after: shown(b[field]),
    }));
  });

const counted = (changes: readonly ChangedDecision[]): string =>
  [...Map.groupBy(changes, ({ field }) => field)].map(([field, group]) => `${field} ${group.length}`).join(', ');

/** Decides the same cases by two playbooks or two versions, and says what comes out differently. */
export const compare: PlaybookCommand = async ([first, second, ...more], world, { cases }) => {
  if (first === undefined || second === undefined || more.length > 0)
    throw new CommandError('compare takes two playbooks: compare <a> <b>');
  const [a, b] = [await findPlaybook(first, world), await findPlaybook(second, world)];
  const asked = cases === null ? together(a.cases, b.cases) : casesIn(cases, world);
  if (asked.length === 0) throw new CommandError('there are no cases to compare on: name a file with --cases');
  const changes = changedDecisions(a.playbook, b.playbook, asked);
  if (changes.length > 0)
    table([
      ['case', 'field', a.ref, b.ref],
      ...changes.map(({ name, field, before, after }) => [name, field, before, after]),
    ]).forEach((line) => world.say(line));
  const changed = new Set(changes.map(({ name }) => name)).size;
  world.say(`${changed} of ${asked.length} decisions change${changed === 0 ? '' : `: ${counted(changes)}`}`);
  return changed === 0 ? 0 : 1;
};
