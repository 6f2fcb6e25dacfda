import { describe, expect, it } from 'vitest';
import { toRequests } from './send-records.ts';

const record = (key: string, bytes: number) => ({ record: { topic: 'out', key, value: null, headers: {} }, bytes });
const keysOf = (requests: ReturnType<typeof toRequests>) =>
  requests.map((request) => request.map(({ key }) => key).join(''));

describe('records on their way to the broker', () => {
  it('are cut into requests that a broker takes, in order', () => {
    expect(keysOf(toRequests([record('a', 40), record('b', 40), record('c', 40), record('d', 10)], 100))).toEqual([
      'ab',
      'cd',
    ]);
  });

  it('go alone when they are larger than a request', () => {
    expect(keysOf(toRequests([record('a', 10), record('b', 500), record('c', 10)], 100))).toEqual(['a', 'b', 'c']);
  });

  it('need no request when there are none', () => {
    expect(toRequests([])).toEqual([]);
  });
});
