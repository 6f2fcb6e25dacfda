import { waitOf } from '../retry-after.ts';
import { jsonOf } from './json-of.ts';
import { asQuestion, failed, failureOf, failureOfStatus, isNotFound, VendorError, type Failure } from './failure.ts';

export interface VendorRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the vendor's base address, with a leading slash. Every value in it is encoded by who writes it. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly text?: string;
  readonly form?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface VendorAnswer {
  readonly status: number;
  /** JSON as it was parsed; null where there was none. */
  readonly body: unknown;
  readonly headers: Headers;
}

export interface VendorApiOptions {
  /** Sends one request, by the vendor's SDK or by fetch, without repeating it. */
  readonly send: (request: VendorRequest, signal: AbortSignal) => Promise<Response>;
  /** Milliseconds one request may take, its answer included. */
  readonly timeoutMs: number;
  /** What a refusal says, where the vendor says more than its status; null where it does not. */
  readonly read?: (answer: VendorAnswer) => Failure | null;
}

export interface VendorApi {
  /** Asks. Null where there is no such thing. @throws VendorError; whatever becomes of a question, nothing was applied. */
  ask(request: VendorRequest): Promise<VendorAnswer | null>;
  /** Changes something. @throws VendorError */
  act(request: VendorRequest): Promise<VendorAnswer>;
}

/** Whatever is longer was not meant for us. */
const LONGEST_ANSWER = 8 * 1024 * 1024;

const textOf = async (response: Response): Promise<string> => {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += part.byteLength;
    if (bytes > LONGEST_ANSWER) throw failed('ambiguous', 'answer-too-long');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
};

/** Waits no longer than the signal, also for an SDK that does not know it. */
const within = async <Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> => {
  let stop: () => void = () => undefined;
  const over = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
};

/** Calls a vendor: bounded in time and length, never twice, and every failure told apart. */
export const createVendorApi = ({ send, timeoutMs, read = () => null }: VendorApiOptions): VendorApi => {
  const call = async (request: VendorRequest): Promise<VendorAnswer> => {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await within(signal, send(request, signal));
    const body = jsonOf(await within(signal, textOf(response)));
    const answer = { status: response.status, body: body ?? null, headers: response.headers };
    if (!response.ok) {
      const failure = failureOfStatus(response.status, waitOf(response.headers.get('retry-after')));
      throw new VendorError(read(answer) ?? failure);
    }
    if (body === undefined) throw failed('ambiguous', 'malformed-answer');
    return answer;
  };
  const act = async (request: VendorRequest): Promise<VendorAnswer> => {
    try {
      return await call(request);
    } catch (error) {
      throw new VendorError(failureOf(error));
    }
  };
  return {
    act,
    async ask(request) {
      try {
        return await act(request);
      } catch (error) {
        if (isNotFound(error)) return null;
        throw new VendorError(asQuestion(failureOf(error)));
      }
    },
  };
};
