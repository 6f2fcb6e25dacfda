import { z } from 'zod';
import { publishedJson, readJson } from '../any-json.ts';
import { contract, type DataOf } from '../contract.ts';
import { count, decisionId, inquiryId, instant, playbookHash, sha256, term } from '../fields.ts';

const entryOf = (json: typeof publishedJson) =>
  z.object({
    decisionId,
    inquiryId,
    stage: term,
    input: z.object({ id: z.string(), topic: z.string(), partition: count, offset: z.string() }),
    /** What `gather` read. Personal data: the one place outside contact, content and attachments. */
    facts: json(),
    /** The remembered values `decide` was given, by key; null for a stage without state. */
    state: z.record(z.string(), json()).nullable(),
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
