import { TransientError } from '@sluice/kernel';

interface Waiting<Request, Answer> {
  readonly request: Request;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Runs requests together that come at the same time: those of one moment, then whatever has come while a run was under way. An idle
 * caller waits for nobody, a busy one shares its statement with all others. `run` answers in the order of the requests, or fails as
 * a whole: then one request may be to blame, and it is found by halves, unless it is the world that is unwell.
 */
export const inBatches = <Request, Answer>(
  run: (requests: readonly Request[]) => Promise<readonly Answer[]>,
  most = 500,
): ((request: Request) => Promise<Answer>) => {
  const waiting: Waiting<Request, Answer>[] = [];
  let isRunning = false;

  const runOne = async (batch: readonly Waiting<Request, Answer>[]): Promise<void> => {
    try {
      const answers = await run(batch.map(({ request }) => request));
      batch.forEach(({ resolve }, at) => resolve(answers[at] as Answer));
    } catch (error) {
      if (batch.length === 1 || error instanceof TransientError) return batch.forEach(({ reject }) => reject(error));
      const half = Math.ceil(batch.length / 2);
      await runOne(batch.slice(0, half));
      await runOne(batch.slice(half));
    }
  };

  const runAll = async (): Promise<void> => {
    while (waiting.length > 0) await runOne(waiting.splice(0, most));
    isRunning = false;
  };

  return (request) =>
    new Promise((resolve, reject) => {
      waiting.push({ request, resolve, reject });
      if (isRunning) return;
      isRunning = true;
      setImmediate(() => void runAll());
    });
};
