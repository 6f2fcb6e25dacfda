import { describe, expect, it } from 'vitest';
import { findHanging, listTransactions } from './transactions.ts';

/** Prints what it is told to, and remembers what it was asked. */
const aTool = (printed: string) => {
  const asked: (readonly string[])[] = [];
  return {
    asked,
    run: async (_mainClass: string, args: readonly string[]) => {
      asked.push(args);
      return printed;
    },
  };
};

const HANGING =
  'Topic\tPartition\tProducerId\tProducerEpoch\tCoordinatorEpoch\tStartOffset\tLastTimestamp\tDuration(min)\t\n';
const LISTED = `TransactionalId                                     \tCoordinator\tProducerId\tTransactionState\t
sluice.follow-conversation.8b94b22c-efab-48e6-a42b-640ae88\t1          \t1053      \tCompleteCommit  \t
sluice.score-inquiry.37c01b9b-8309-4aba-9426-6bf5215\t2          \t77        \tOngoing         \t
somebody-elses                                      \t1          \t48        \tOngoing         \t
`;

describe('the search for hanging transactions', () => {
  it('looks at every broker, and at every transaction however short it has been open', async () => {
    const tool = aTool(HANGING);
    expect(await findHanging(tool, ['one:1', 'two:2'])).toEqual([]);
    expect(tool.asked.map((args) => args.slice(2))).toEqual(
      ['1', '2'].map((id) => ['find-hanging', '--broker-id', id, '--max-transaction-timeout', '0']),
    );
  });

  it('says what Kafka found', async () => {
    expect(
      await findHanging(aTool(`${HANGING}inquiry.scored.v1\t0\t17\t0\t5\t120\t1767614400000\t1\t\n`), ['one:1']),
    ).toEqual(['inquiry.scored.v1\t0\t17\t0\t5\t120\t1767614400000\t1']);
  });
});

describe('the list of transactions', () => {
  it('has all of ours, with what their coordinator says', async () => {
    expect(await listTransactions(aTool(LISTED), ['one:1'])).toEqual([
      { transactionalId: 'sluice.follow-conversation.8b94b22c-efab-48e6-a42b-640ae88', state: 'CompleteCommit' },
      { transactionalId: 'sluice.score-inquiry.37c01b9b-8309-4aba-9426-6bf5215', state: 'Ongoing' },
    ]);
  });
});
