import type { Fence, FetchedRun, PartitionOffset, ProducedRecord, Subscription } from '@sluice/stage';
import { defaultRunnerOptions } from '@sluice/stage';
import { createKafkaTransport } from '@sluice/transport';

/** What one hop is told, as JSON in its first argument. */
export interface HopSpec {
  readonly brokers: readonly string[];
  readonly from: string;
  readonly to: string;
}

/** Milliseconds each transaction took, from its first request to its commit. */
export interface HopReport {
  readonly commitMs: readonly number[];
}

interface Copied {
  readonly record: ProducedRecord;
  readonly offset: PartitionOffset;
  readonly fence: Fence;
}

const { commitRecords, windowRecords } = defaultRunnerOptions;

/** The least that a hop can do: the corrected client, the runner's batch sizes, one transaction for records and offsets, no logic. */
const copy = async ({ brokers, from, to }: HopSpec): Promise<void> => {
  const transport = createKafkaTransport({ brokers, clientId: 'bench-copy' });
  const commitMs: number[] = [];
  let pending: Copied[] = [];
  let busy = false;
  let paused = false;
  let subscription: Subscription | null = null;

  const adjust = (): void => {
    const wanted = paused ? pending.length > windowRecords / 2 : pending.length >= windowRecords;
    if (!subscription || wanted === paused) return;
    paused = wanted;
    subscription[paused ? 'pause' : 'resume'](subscription.assignment());
  };

  const commit = async (held: Subscription, batch: readonly Copied[], fence: Fence): Promise<void> => {
    const offsets = [...new Map(batch.map(({ offset }) => [offset.partition, offset])).values()];
    const began = performance.now();
    const result = await held.commit({ records: batch.map(({ record }) => record), offsets, fence });
    commitMs.push(performance.now() - began);
    if (result !== 'committed') throw new Error(`copying ${from} to ${to}: a transaction ended ${result}`);
  };

  const pump = async (): Promise<void> => {
    for (let first = pending[0]; first && subscription && !busy; first = pending[0]) {
      busy = true;
      const batch = pending.slice(0, commitRecords);
      await commit(subscription, batch, first.fence);
      pending = pending.slice(batch.length);
      busy = false;
      adjust();
    }
  };

  const take = ({ records, topic, partition, fence }: FetchedRun): void => {
    for (const { key, value, headers, offset } of records) {
      pending.push({
        record: { topic: to, key, value, headers },
        offset: { topic, partition, offset: offset + 1n },
        fence,
      });
    }
    adjust();
    void pump();
  };

  process.on('message', (message) => {
    if (message === 'active') process.send?.(subscription?.isActive() ?? false);
    if (message === 'report') process.send?.({ commitMs: commitMs.splice(0) } satisfies HopReport);
    if (message === 'stop')
      void subscription
        ?.close()
        .then(() => transport.close())
        .then(() => process.disconnect());
  });

  subscription = await transport.subscribe({
    group: `bench.copy.${from}`,
    topics: [from],
    onRun: take,
    onRevoked: () => {
      pending = [];
    },
    onFailed: (error) => {
      throw error;
    },
  });
};

await copy(JSON.parse(process.argv[2] ?? '{}') as HopSpec);
