import type {
  ConsumedRecord,
  Fence,
  FetchedRun,
  ProducedRecord,
  Subscription,
  Transaction,
  Transport,
} from '@sluice/stage';

/** A member that takes in what it is given, and says what it would commit. */
export interface Member {
  readonly subscription: Subscription;
  readonly records: ConsumedRecord[];
  revocations(): number;
  /** Everything taken in since the last rebalance, with `outputs` beside the offsets. */
  transaction(outputs?: readonly ProducedRecord[]): Transaction;
}

/** Joins a group that reads one topic. */
export const joinGroup = async (transport: Transport, topic: string, group: string): Promise<Member> => {
  let runs: FetchedRun[] = [];
  let revoked = 0;
  const records: ConsumedRecord[] = [];
  const subscription = await transport.subscribe({
    group,
    topics: [topic],
    onRun: (run) => {
      runs.push(run);
      records.push(...run.records);
    },
    onRevoked: () => {
      runs = [];
      records.length = 0;
      revoked += 1;
    },
    onFailed: (error) => {
      throw error;
    },
  });
  return {
    subscription,
    records,
    revocations: () => revoked,
    transaction: (outputs = []) => ({
      records: outputs,
      fence: runs.at(-1)?.fence as Fence,
      offsets: [...Map.groupBy(runs, ({ partition }) => partition)].map(([partition, of]) => ({
        topic,
        partition,
        offset: of.at(-1)?.nextOffset ?? 0n,
      })),
    }),
  };
};
