interface Shared<Value> {
  readonly value: Promise<Value>;
  readonly abort: AbortController;
  waiting: number;
}

/**
 * Lets concurrent equal calls share one. A caller that goes away takes only itself away; the call is aborted when nobody waits
 * for it any more. `mine` is true for the caller that started it.
 */
export const shareInFlight = <Value>() => {
  const calls = new Map<string, Shared<Value>>();

  const begin = (key: string, start: (signal: AbortSignal) => Promise<Value>): Shared<Value> => {
    const abort = new AbortController();
    const value = start(abort.signal);
    const call = { value, abort, waiting: 0 };
    const forget = (): void => {
      if (calls.get(key) === call) calls.delete(key);
    };
    // Both ways: every waiter may have gone by the time it fails, and then nobody is there to hear of it.
    value.then(forget, forget);
    calls.set(key, call);
    return call;
  };

  const orGone = (value: Promise<Value>, signal: AbortSignal): Promise<Value> =>
    new Promise((resolve, reject) => {
      const gone = (): void => reject(signal.reason);
      signal.addEventListener('abort', gone, { once: true });
      value.then(resolve, reject).finally(() => signal.removeEventListener('abort', gone));
    });

  return {
    async join(
      key: string,
      signal: AbortSignal,
      start: (signal: AbortSignal) => Promise<Value>,
    ): Promise<{ value: Value; mine: boolean }> {
      signal.throwIfAborted();
      const running = calls.get(key);
      const call = running ?? begin(key, start);
      call.waiting += 1;
      try {
        return { value: await orGone(call.value, signal), mine: running === undefined };
      } finally {
        call.waiting -= 1;
        // Whoever comes next starts anew, rather than join a call that is being aborted.
        if (call.waiting === 0 && calls.get(key) === call) calls.delete(key);
        if (call.waiting === 0) call.abort.abort(new Error('nobody waits for this answer any more'));
      }
    },
    abortAll(): void {
      for (const { abort } of calls.values()) abort.abort(new Error('shutting down'));
    },
  };
};
