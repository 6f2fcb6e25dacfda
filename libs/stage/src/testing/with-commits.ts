import type { Subscription, Transport } from '../ports/transport.port.ts';

/** A transport whose commits go through `around`, which is told how many there were. */
export const withCommits = (
  transport: Transport,
  around: (commit: Subscription['commit'], attempt: number) => Subscription['commit'],
): Transport => {
  let attempt = 0;
  return {
    ...transport,
    subscribe: async (options) => {
      const inner = await transport.subscribe(options);
      const commit: Subscription['commit'] = (transaction) =>
        around(inner.commit.bind(inner), (attempt += 1))(transaction);
      const { pause, resume, assignment, isActive, lag, close, committedOffsets } = inner;
      const bound = { pause, resume, assignment, isActive, lag, close, committedOffsets };
      return {
        ...(Object.fromEntries(
          Object.entries(bound).map(([name, method]) => [name, method.bind(inner)]),
        ) as typeof bound),
        commit,
      };
    },
  };
};
