import { deadLetterHeaderNames as names, deadLetterTopicOf } from '@sluice/contracts';
import { contentHash } from '@sluice/kernel';
import type { ConsumedRecord, ProducedRecord } from '../ports/transport.port.ts';

export interface DeadLetterReason {
  /** Short and of a bounded set: an error's name, or the reason of a rejection. */
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  readonly attempt: number;
  /** Hash of the playbook it failed by; none, where it failed before one was known. */
  readonly playbook?: string | undefined;
}

const STACK_CHARACTERS = 2_000;
const MESSAGE_CHARACTERS = 500;

/** A schema's complaint names where it was and what was expected, and so never shows what stood there. */
const describe = (error: Error): string => {
  if (!('issues' in error) || !Array.isArray(error.issues)) return error.message;
  return error.issues
    .map(
      (issue: { readonly path?: readonly PropertyKey[]; readonly code?: string }) =>
        `/${(issue.path ?? []).map(String).join('/')}: ${issue.code ?? 'invalid'}`,
    )
    .join('; ');
};

export const reasonOf = (error: Error, attempt: number): DeadLetterReason => ({
  name: error.name,
  message: describe(error),
  // The first line repeats the message, which a schema's complaint must not.
  stack: (error.stack ?? '')
    .split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .join('\n'),
  attempt,
});

/** The record as it came, and why it could not be processed. */
export const deadLetter = (stage: string, record: ConsumedRecord, reason: DeadLetterReason): ProducedRecord => ({
  topic: deadLetterTopicOf(record.topic, stage),
  key: record.key,
  value: record.value,
  headers: {
    ...record.headers,
    [names.exception]: reason.name,
    [names.message]: reason.message.slice(0, MESSAGE_CHARACTERS),
    [names.stacktrace]: reason.stack.slice(0, STACK_CHARACTERS),
    [names.topic]: record.topic,
    [names.partition]: String(record.partition),
    [names.offset]: String(record.offset),
    [names.stage]: stage,
    [names.attempt]: String(reason.attempt),
    ...(reason.playbook === undefined ? {} : { [names.playbook]: reason.playbook }),
    // The broker's time, so that a repeated transaction writes the same bytes.
    [names.firstFailedAt]: new Date(record.timestamp).toISOString(),
    [names.fingerprint]: contentHash([stage, reason.name, reason.stack.split('\n')[0] ?? '', reason.message]).slice(
      0,
      16,
    ),
  },
});
