import type { ConsumedRecord, FetchedRun, Subscription, TopicPartition, Transport } from '@sluice/stage';

/** A transport whose topics and groups have a prefix that nobody else uses: a test's own corner of a shared broker. */
export const isolated = (transport: Transport, prefix: string): Transport => {
  const own = <Named extends { readonly topic: string }>(named: Named): Named => ({
    ...named,
    topic: `${prefix}.${named.topic}`,
  });
  const plain = <Named extends { readonly topic: string }>(named: Named): Named => ({
    ...named,
    topic: named.topic.slice(prefix.length + 1),
  });
  const plainRun = (run: FetchedRun): FetchedRun => ({
    ...plain(run),
    records: run.records.map((record): ConsumedRecord => plain(record)),
  });
  const isolatedSubscription = (inner: Subscription): Subscription => ({
    commit: (transaction) =>
      inner.commit({ ...transaction, records: transaction.records.map(own), offsets: transaction.offsets.map(own) }),
    committedOffsets: async (partitions) => (await inner.committedOffsets(partitions.map(own))).map(plain),
    pause: (partitions: readonly TopicPartition[]) => inner.pause(partitions.map(own)),
    resume: (partitions: readonly TopicPartition[]) => inner.resume(partitions.map(own)),
    assignment: () => inner.assignment().map(plain),
    isActive: () => inner.isActive(),
    lag: async () => (await inner.lag()).map(plain),
    close: () => inner.close(),
  });
  return {
    maxRecordBytes: transport.maxRecordBytes,
    publish: (records) => transport.publish(records.map(own)),
    reachability: () => transport.reachability(),
    close: () => transport.close(),
    subscribe: async ({ group, topics, onRun, ...options }) =>
      isolatedSubscription(
        await transport.subscribe({
          ...options,
          group: `${prefix}.${group}`,
          topics: topics.map((topic) => `${prefix}.${topic}`),
          onRun: (run) => onRun(plainRun(run)),
        }),
      ),
  };
};
