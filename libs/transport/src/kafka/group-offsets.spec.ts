import { describe, expect, it } from 'vitest';
import { committedOffsets, partitionEnds, partitionLags } from './group-offsets.ts';

const at = (partition: number) => ({ topic: 'in', partition });
const unstable = Object.assign(new Error('There are unstable offsets'), { type: 'UNSTABLE_OFFSET_COMMIT' });
/** As the client says it when it has just been asked about another topic. */
const stumbled = new TypeError("Cannot destructure property 'partitions' of 'high.pop(...)' as it is undefined.");

type Offsets = Readonly<Record<number, string>>;

/** A group whose offsets are told so, in turn, the last for ever; and a topic of which the ends are. */
const clientOf = (answers: readonly (Offsets | Error)[], ends: readonly (Offsets | Error)[] = [{}]) => {
  const left = { offsets: [...answers], ends: [...ends] };
  const next = (from: (Offsets | Error)[]): Offsets => {
    const answer = from.length > 1 ? from.shift() : from[0];
    if (answer instanceof Error) throw answer;
    return answer ?? {};
  };
  return {
    fetchOffsets: async () => [
      {
        topic: 'in',
        partitions: Object.entries(next(left.offsets)).map(([partition, offset]) => ({
          partition: Number(partition),
          offset,
          metadata: null,
        })),
      },
    ],
    fetchTopicOffsets: async () =>
      Object.entries(next(left.ends)).map(([partition, offset]) => ({
        partition: Number(partition),
        offset,
        high: offset,
        low: '2',
      })),
  };
};

describe('what a group has committed', () => {
  it('is -1 where the broker says so', async () => {
    expect(await committedOffsets(clientOf([{ 0: '5', 1: '-1' }]), 'g', [at(0), at(1)])).toEqual([
      { ...at(0), offset: 5n },
      { ...at(1), offset: -1n },
    ]);
  });

  it.each([
    ['a transaction still holds one of them', unstable],
    ['the client asked for nothing, since it did not know the topic just then', {}],
    ['the client asked for some only', { 0: '5' }],
  ])('is asked for again when %s', async (_what, first) => {
    const client = clientOf([first, { 0: '5', 1: '7' }]);
    expect(await committedOffsets(client, 'g', [at(0), at(1)])).toEqual([
      { ...at(0), offset: 5n },
      { ...at(1), offset: 7n },
    ]);
  });

  it('is not asked for again after any other failure', async () => {
    await expect(committedOffsets(clientOf([new Error('Connection closed')]), 'g', [at(0)])).rejects.toThrow(
      'Connection closed',
    );
  });
});

describe('the ends of a topic', () => {
  it('are asked for again when the client had forgotten it', async () => {
    expect(await partitionEnds(clientOf([{}], [stumbled, { 0: '9' }]), 'in')).toEqual(
      new Map([[0, { low: 2n, stable: 9n }]]),
    );
  });

  it('make the lag: from the first record that is left where nothing was committed, and none of what is not known', async () => {
    const client = clientOf([{ 0: '5', 1: '-1', 2: '4' }], [{ 0: '9', 1: '9' }]);
    expect(await partitionLags(client, 'g', [at(0), at(1), at(2)])).toEqual([
      { ...at(0), lag: 4n },
      { ...at(1), lag: 7n },
    ]);
  });
});
