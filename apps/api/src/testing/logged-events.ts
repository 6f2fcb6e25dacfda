import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deadLetterHeaderNames, deadLetterTopicOf, headerNames } from '@sluice/contracts';
import type { ProjectedEvent } from '@sluice/stage';

const GOLDEN = join(import.meta.dirname, '..', '..', '..', '..', 'libs', 'contracts', 'golden');

/** The data of the golden event of a type, with other values for some of its fields. */
export const goldenOf = (type: string, over: object = {}): Readonly<Record<string, unknown>> => {
  const [file = ''] = readdirSync(join(GOLDEN, type));
  return { ...(JSON.parse(readFileSync(join(GOLDEN, type, file), 'utf8')) as object), ...over };
};

export interface LoggedOptions {
  readonly id?: string;
  readonly time?: string | null;
  readonly timestamp?: number;
  readonly partition?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A log for tests: each event has the next offset of its topic and partition. */
export const createTestLog = () => {
  const next = new Map<string, bigint>();
  const event = (type: string, data: unknown, options: LoggedOptions = {}): ProjectedEvent => {
    const { partition = 0, time = null, timestamp = Date.now(), headers = {} } = options;
    const key = `${type}/${partition}`;
    const offset = next.get(key) ?? 0n;
    next.set(key, offset + 1n);
    return {
      type,
      id: options.id ?? `${key}/${offset}`,
      data,
      time,
      record: {
        topic: type,
        partition,
        offset,
        key: null,
        value: null,
        timestamp,
        headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Buffer.from(value)])),
      },
    };
  };
  return {
    event,
    golden: (type: string, over: object = {}, options: LoggedOptions = {}) =>
      event(type, goldenOf(type, over), options),
    /** What a stage could not process of an inquiry. */
    deadLetter: (
      topic: string,
      stage: string,
      { inquiryId, value = 'v', headers = {} }: { inquiryId: string; value?: string; headers?: Record<string, string> },
    ): ProjectedEvent => {
      const made = event(deadLetterTopicOf(topic, stage), null, {
        headers: {
          [headerNames.subject]: inquiryId,
          [headerNames.brand]: 'default',
          [deadLetterHeaderNames.topic]: topic,
          [deadLetterHeaderNames.stage]: stage,
          [deadLetterHeaderNames.exception]: 'TypeError',
          ...headers,
        },
      });
      return { ...made, record: { ...made.record, key: Buffer.from('k'), value: Buffer.from(value) } };
    },
  };
};
