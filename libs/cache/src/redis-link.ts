import { Redis } from 'ioredis';
import { countUnanswered, type CacheUse } from './metrics.ts';

export interface ReachabilityChange {
  readonly reachable: boolean;
  /** The client's error text; never holds the address or the password. */
  readonly because: string;
}

export interface RedisLinkOptions {
  /** `redis://` or `rediss://` (TLS), with `user:password@` for ACLs and `/db`. Reserved characters percent-encoded. */
  readonly url: string;
  /** Milliseconds a command may take before it counts as unanswered. Default 100. */
  readonly commandTimeoutMs?: number;
  /** PEM of the authority that signed the server's certificate, where the machine's own store lacks it. */
  readonly certificateAuthority?: string;
  /** Called once per change of state, for one log line each: not once per failed command. */
  readonly onReachabilityChange?: (change: ReachabilityChange) => void;
}

export type Answer<T> = { readonly answered: true; readonly value: T } | { readonly answered: false };

/** One connection that several of cache, counter and rate limiter may use. */
export interface RedisLink {
  /** Runs commands, or says that nobody answered. Never throws. */
  run<T>(use: CacheUse, commands: (redis: Redis) => Promise<T>): Promise<Answer<T>>;
  isReachable(): Promise<boolean>;
  close(): Promise<void>;
  readonly redis: Redis;
}

const UNANSWERED = { answered: false } as const;
const COMMAND_TIMEOUT_MS = 100;
/** How long a process may wait for its first connection before it goes on without. */
const OPENING_MS = 1000;
/** After a failure nobody waits for the same silence again this soon: a frozen server costs one time-out, not one per call. */
const REST_MS = 500;
/** A connection that is silent this long while a command waits is torn down, as a frozen peer never closes it. */
const SILENCE_MS = 2000;

const reconnectDelay = (attempt: number): number => Math.min(50 * 2 ** Math.min(attempt, 5), 1000);

const connect = ({ url, commandTimeoutMs, certificateAuthority }: RedisLinkOptions): Redis =>
  new Redis(url, {
    commandTimeout: commandTimeoutMs ?? COMMAND_TIMEOUT_MS,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: SILENCE_MS,
    socketTimeout: SILENCE_MS,
    retryStrategy: reconnectDelay,
    ...(certificateAuthority === undefined || !url.startsWith('rediss:') ? {} : { tls: { ca: certificateAuthority } }),
  });

const opened = (redis: Redis): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, OPENING_MS);
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    redis.once('ready', done).once('error', done).once('end', done);
  });

const textOf = (error: unknown): string => (error instanceof Error ? error.message : 'unknown failure');

/** Opens at once and reconnects for ever; nobody has to wait for it. */
export const openRedis = (options: RedisLinkOptions): RedisLink => {
  const redis = connect(options);
  const opening = opened(redis);
  let reachable: boolean | undefined;
  let restUntil = 0;
  let closed = false;

  const noteReachable = (now: boolean, because: string): void => {
    restUntil = now ? 0 : performance.now() + REST_MS;
    if (reachable === now || closed) return;
    reachable = now;
    options.onReachabilityChange?.({ reachable: now, because });
  };
  redis.on('ready', () => noteReachable(true, 'connected'));
  redis.on('error', (error) => noteReachable(false, textOf(error)));

  const attempt = async <T>(commands: (client: Redis) => Promise<T>): Promise<Answer<T>> => {
    try {
      const value = await commands(redis);
      noteReachable(true, 'answered');
      return { answered: true, value };
    } catch (error) {
      noteReachable(false, textOf(error));
      return UNANSWERED;
    }
  };

  const run = async <T>(use: CacheUse, commands: (client: Redis) => Promise<T>): Promise<Answer<T>> => {
    await opening;
    const answer = closed || performance.now() < restUntil ? UNANSWERED : await attempt(commands);
    if (!answer.answered) countUnanswered(use);
    return answer;
  };

  return {
    redis,
    run,
    isReachable: async () => {
      await opening;
      return !closed && (await attempt((client) => client.ping())).answered;
    },
    close: async () => {
      closed = true;
      redis.disconnect();
    },
  };
};
