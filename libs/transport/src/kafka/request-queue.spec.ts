import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';

interface RequestQueue {
  readonly throttleCheckTimeoutId: NodeJS.Timeout | null;
  readonly pending: unknown[];
  throttledUntil: number;
  scheduleCheckPendingRequests(): void;
  destroy(): void;
}
type RequestQueueClass = new (options: object) => RequestQueue;

const require = createRequire(import.meta.url);
const corrected = require('kafkajs/src/network/requestQueue') as RequestQueueClass;
const stock = require('kafkajs-stock/src/network/requestQueue') as RequestQueueClass;

const silent = () => undefined;
const newQueue = (RequestQueueOf: RequestQueueClass): RequestQueue =>
  new RequestQueueOf({
    maxInFlightRequests: 1,
    requestTimeout: 1_000,
    enforceRequestTimeout: false,
    clientId: 'x',
    broker: 'y',
    logger: { namespace: () => ({ debug: silent }) },
    isConnected: () => true,
  });

/** Milliseconds until it looks at its queue again; null when it does not plan to. */
const nextLook = (queue: RequestQueue): number | null => {
  queue.scheduleCheckPendingRequests();
  const timer = queue.throttleCheckTimeoutId as (NodeJS.Timeout & { readonly _idleTimeout: number }) | null;
  const wait = timer?._idleTimeout ?? null;
  if (timer) clearTimeout(timer);
  return wait;
};

describe('a client with nothing to send', () => {
  it('sets no timer', () => {
    expect(nextLook(newQueue(corrected))).toBeNull();
  });

  it('polls every millisecond as it is published: the correction is needed', () => {
    expect(nextLook(newQueue(stock))).toBe(1);
  });
});

describe('a client with something to send', () => {
  it('looks again in a while when nothing holds it back', () => {
    const queue = newQueue(corrected);
    queue.pending.push({});
    expect(nextLook(queue)).toBe(10);
  });

  it('looks again when the broker lets it', () => {
    const queue = newQueue(corrected);
    queue.pending.push({});
    queue.throttledUntil = Date.now() + 5_000;
    expect(nextLook(queue)).toBeGreaterThan(4_000);
  });
});
