import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';

interface Message {
  readonly offset: string;
  readonly key: Buffer | null;
  readonly isControlRecord?: boolean;
  readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean };
}
type Filter = (fetched: {
  messages: readonly Message[];
  abortedTransactions: readonly { firstOffset: string; producerId: string }[];
}) => readonly Message[];

const require = createRequire(import.meta.url);
const corrected = require('kafkajs/src/consumer/filterAbortedMessages') as Filter;
const stock = require('kafkajs-stock/src/consumer/filterAbortedMessages') as Filter;

const ABORT = Buffer.from([0, 0, 0, 0]);
const record = (offset: number, producerId: string, key: Buffer | null = null): Message => ({
  offset: String(offset),
  key,
  batchContext: { producerId, inTransaction: true },
});
const abortMarker = (offset: number, producerId: string): Message => ({
  ...record(offset, producerId, ABORT),
  isControlRecord: true,
});
const shown = (messages: readonly Message[]): number[] =>
  messages.filter(({ isControlRecord }) => !isControlRecord).map(({ offset }) => Number(offset));

describe('records of aborted transactions', () => {
  const interleaved = {
    abortedTransactions: [
      { firstOffset: '1', producerId: 'a' },
      { firstOffset: '2', producerId: 'b' },
    ],
    messages: [record(5, 'b'), record(6, 'a'), abortMarker(7, 'a'), abortMarker(8, 'b'), record(9, 'c')],
  };
  const zeroKey = {
    abortedTransactions: [{ firstOffset: '1', producerId: 'a' }],
    messages: [record(1, 'a', ABORT), record(2, 'a'), abortMarker(3, 'a'), record(4, 'a')],
  };

  it('are not shown when a fetch begins inside two that interleave', () => {
    expect(shown(corrected(interleaved))).toEqual([9]);
  });

  it('are not shown after a key that looks like the end', () => {
    expect(shown(corrected(zeroKey))).toEqual([4]);
  });

  it('leak from the client as it is published: the correction is needed', () => {
    expect(shown(stock(interleaved))).not.toEqual([9]);
    expect(shown(stock(zeroKey))).not.toEqual([4]);
  });
});
