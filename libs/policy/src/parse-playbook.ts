import { contentHash, type PlaybookHash } from '@sluice/kernel';
import type { z } from 'zod';
import { closingFaults } from './faults/closing-faults.ts';
import { conditionFaults } from './faults/condition-faults.ts';
import type { Fault } from './faults/fault.ts';
import { nameFaults } from './faults/name-faults.ts';
import { playbookSchema, type Playbook } from './playbook.ts';
import { pointerOf } from './resolve/document.ts';
import { layOver } from './resolve/lay-over.ts';
import { scopeCombinations } from './resolve/scope-combinations.ts';
import { templateFaults } from './templates/template-faults.ts';

const described = ({ pointer, message, offset }: Fault): string =>
  `${pointer}: ${message}${offset === undefined ? '' : ` (column ${offset + 1} of the condition)`}`;

/** A playbook that can't be used. The message lists every fault with its path. */
export class PlaybookError extends Error {
  override readonly name = 'PlaybookError';
  readonly faults: readonly Fault[];

  constructor(
    message: string,
    { faults = [], cause }: { readonly faults?: readonly Fault[]; readonly cause?: unknown } = {},
  ) {
    super([message, ...faults.map(described)].join('\n  '), { cause });
    this.faults = faults;
  }
}

type Issue = z.core.$ZodIssue;

/** An unknown key is told at the key, not at what it stands in. */
const issueFaults = (issue: Issue): readonly Fault[] => {
  const path = issue.path.map(String);
  if (issue.code !== 'unrecognized_keys') return [{ pointer: pointerOf(path), message: issue.message }];
  return issue.keys.map((key) => ({
    pointer: pointerOf([...path, key]),
    message: `there is no field "${key}" here`,
    isName: true,
  }));
};

interface Read {
  readonly playbook: Playbook | null;
  readonly faults: readonly Fault[];
}

const read = (document: unknown): Read => {
  const parsed = playbookSchema.safeParse(document);
  return parsed.success
    ? {
        playbook: parsed.data,
        faults: [conditionFaults, nameFaults, closingFaults, templateFaults].flatMap((faultsOf) =>
          faultsOf(parsed.data),
        ),
      }
    : { playbook: null, faults: parsed.error.issues.flatMap(issueFaults) };
};

/** What only goes wrong once an override is laid over the playbook, told at the override. */
const overrideFaults = (playbook: Playbook): readonly Fault[] => {
  const { combinations, faults } = scopeCombinations(playbook);
  const told = combinations.flatMap((overrides) => {
    const { faults: found } = read(
      overrides.reduce<Readonly<Record<string, unknown>>>((document, { part }) => layOver(document, part), playbook),
    );
    const last = overrides.at(-1)?.pointer ?? '/overrides';
    return found.map(({ pointer, message }): Fault => ({
      pointer: last,
      message: `with ${overrides.map(({ layer }) => layer).join(' and ')}, ${pointer}: ${message}`,
    }));
  });
  return [...faults, ...told];
};

/** A document as a playbook, checked whole. @throws PlaybookError */
export const parsePlaybook = (document: unknown): Playbook => {
  const { playbook, faults } = read(document);
  const all = playbook === null || faults.length > 0 ? faults : overrideFaults(playbook);
  if (playbook === null || all.length > 0) throw new PlaybookError('the playbook can not be used:', { faults: all });
  return playbook;
};

/**
 * A version that was accepted once and is stored, as it is: inquiries that began with it must end by it, and be replayed by it, also
 * where a newer build would refuse to accept it today. @throws PlaybookError where it has not the shape of a playbook
 */
export const storedPlaybook = (document: unknown): Playbook => {
  const parsed = playbookSchema.safeParse(document);
  if (!parsed.success)
    throw new PlaybookError('the stored version can not be read:', {
      faults: parsed.error.issues.flatMap(issueFaults),
    });
  return parsed.data;
};

/** The version's name: the same content has the same hash, however it was written down. */
export const playbookHashOf = (playbook: Playbook): PlaybookHash => contentHash(playbook) as PlaybookHash;
