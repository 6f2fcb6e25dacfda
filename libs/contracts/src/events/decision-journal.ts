import { z } from 'zod';
import { publishedJson, readJson } from '../any-json.ts';
import { contract, type DataOf } from '../contract.ts';
import { count, decisionId, inquiryId, instant, playbookHash, sha256, term } from '../fields.ts';

const givenState = z.object({
  key: z.string(),
  /** Counts the decisions that wrote the value; 0 where nothing was remembered. */
  version: count,
  /** Of the value's JSON; null where nothing was remembered. */
  hash: sha256.nullable(),
  /** The list at whose front it was seen; left out for what was asked for by its key. */
  list: z.string().optional(),
  /** True on the last row seen of a group of the list, when more lie behind it. */
  behind: z.boolean().optional(),
});

const entryOf = (json: typeof publishedJson) =>
  z.object({
    decisionId,
    inquiryId,
    stage: term,
    input: z.object({ id: z.string(), topic: z.string(), partition: count, offset: z.string() }),
    /** What `gather` read. Personal data: the one place outside contact, content and attachments. */
    facts: json(),
    /**
     * The remembered values `decide` was given, by key and version; null for a stage without state. Their text is not repeated here:
     * a replay makes each version from the decision that wrote it.
     */
    state: z.array(givenState).nullable(),
    decidedAt: instant,
    playbook: playbookHash,
    outcome: z.object({ kind: z.enum(['emit', 'drop', 'reject']), reason: z.string().nullable(), hash: sha256 }),
    /** Milliseconds from fetching the record to deciding. */
    tookMs: count,
    costUsd: z.number().nonnegative(),
  });

/** The record of one decision: everything that is needed to take it again and get the same outcome. */
export const decisionJournal = {
  v1: contract('decision.journal.v1', {
    key: (entry) => entry.inquiryId,
    subject: (entry) => entry.inquiryId,
    schema: entryOf(publishedJson),
    reading: entryOf(readJson),
  }),
};
export type DecisionJournal = DataOf<typeof decisionJournal.v1>;
