import { TransientError } from '@sluice/kernel';
import pg from 'pg';
import type { EntitySchema } from 'typeorm';
import { createEntityStore, type EntityStore } from './entities.ts';

export type Row = Readonly<Record<string, unknown>>;

/** What queries run on: the pool, or one connection inside a transaction. */
export interface Queryable {
  /** @throws TransientError while the database is unwell; the driver's error when the statement is wrong. */
  query(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
}

export interface Postgres extends Queryable {
  /** Runs `work` in one transaction: committed when it resolves, rolled back when it throws. */
  transaction<Result>(work: (within: Queryable) => Promise<Result>): Promise<Result>;
  /** True when it answers; else why it does not, without anything secret: what `/readyz` says. */
  check(): Promise<true | string>;
  close(): Promise<void>;
}

/** A database whose tables may be read and written row by row too, over the same connections. */
export interface Database extends Postgres {
  /** The same store for the same tables, whoever asks. */
  entities(schema: string, entities: readonly EntitySchema[]): EntityStore;
}

/** Where a database is, and how it is spoken to. */
export interface DatabaseAddress {
  readonly url: string;
  /** Present: spoken to over TLS, and checked against `ca`, or against the authorities that Node knows. All PEM. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

export interface PostgresOptions extends DatabaseAddress {
  /** Connections at most; default 10. */
  readonly max?: number;
  /** Milliseconds after which the server ends a statement; default 15,000. A database that takes longer is unwell, not the statement wrong. */
  readonly statementTimeoutMs?: number;
  /** Milliseconds after which the server ends waiting for a lock; default 5,000. */
  readonly lockTimeoutMs?: number;
  /** Milliseconds after which the server ends a transaction in which nothing happens, and its connection with it; default 30,000. */
  readonly idleInTransactionTimeoutMs?: number;
}

/** How much later the client gives up than the server: only where the server, or the way to it, is gone. */
const CLIENT_GRACE_MS = 5_000;

/** The driver reads parameters of the address after everything else, and what they say of TLS would win. */
const TLS_PARAMETERS = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'ssl'];

const withoutTlsParameters = (url: string): string => {
  const [address = '', query] = url.split('?', 2);
  const kept = new URLSearchParams(query);
  for (const name of TLS_PARAMETERS) kept.delete(name);
  return kept.size === 0 ? address : `${address}?${kept}`;
};

/** The address as the driver takes it. */
export const driverAddressOf = ({ url, tls }: DatabaseAddress) =>
  tls === undefined
    ? { connectionString: url }
    : { connectionString: withoutTlsParameters(url), ssl: { rejectUnauthorized: true, ...tls } };

/** A connection as the driver takes it. The server itself ends what the client gave up: it would otherwise go on, holding its locks. */
export const connectionOf = ({
  statementTimeoutMs = 15_000,
  lockTimeoutMs = 5_000,
  idleInTransactionTimeoutMs = 30_000,
  ...address
}: Omit<PostgresOptions, 'max'>) => ({
  ...driverAddressOf(address),
  connectionTimeoutMillis: 3_000,
  statement_timeout: statementTimeoutMs,
  lock_timeout: lockTimeoutMs,
  idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
  query_timeout: statementTimeoutMs + CLIENT_GRACE_MS,
});

/** What a person has to mend at the connection, by SQLSTATE. */
const MENDED_BY_A_PERSON: Readonly<Record<string, string>> = {
  '28P01': 'it refuses the user or the password in SLUICE_POSTGRES_URL',
  '28000':
    'it does not let the user in SLUICE_POSTGRES_URL log in: look at its pg_hba.conf, and whether there is such a role',
  '3D000': 'it has no database of the name in SLUICE_POSTGRES_URL',
};

/** SQLSTATE classes of an unwell server: connection, resources, operator intervention (a statement it ended, 57014, is one), serialisation and deadlock. */
const TRANSIENT_CLASSES = ['08', '53', '57', '40'];
const TRANSIENT_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  '55P03', // a lock did not come in time
  '25P03', // the transaction was idle for too long, and is gone
  '25P04', // the transaction took too long
  '25006', // a standby was asked to write: it was, or will be, the primary
  // What the deploy step or a person has to mend: a table, column or function that is not there yet, a right; or the connection.
  '42P01',
  '42703',
  '42883',
  '42501',
  '3F000',
  ...Object.keys(MENDED_BY_A_PERSON),
]);
const CONNECTION_WORDS =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable|Query read timeout/;

/** The SQLSTATE or system code of a driver's error, or of what it was translated to; empty where there is none. */
export const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return '';
  return 'code' in error && typeof error.code === 'string' ? error.code : codeOf(error.cause);
};

const reasonOf = (error: unknown): string =>
  error instanceof TransientError || error instanceof RefusedStatementError
    ? error.message
    : 'asking Postgres: no answer';

const isTransient = (error: unknown): boolean => {
  const code = codeOf(error);
  const isUnwell = TRANSIENT_CODES.has(code) || (code.length === 5 && TRANSIENT_CLASSES.includes(code.slice(0, 2)));
  return isUnwell || (error instanceof Error && CONNECTION_WORDS.test(error.message));
};

/** SQLSTATE of `raise exception`. */
const RAISED = 'P0001';

/** The database refuses what a statement holds: a value it can't store, a constraint that is broken, a statement that is none. */
export class RefusedStatementError extends Error {
  override readonly name = 'RefusedStatementError';
  /** SQLSTATE. */
  readonly code: string;

  constructor(code: string, cause: unknown) {
    // What our own functions raise is our own text.
    const ours = code === RAISED && cause instanceof Error ? `: ${cause.message}` : '';
    super(`Postgres refuses the statement: ${code}${ours}`, { cause });
    this.code = code;
  }
}

const SQLSTATE = /^[0-9A-Z]{5}$/;

/** A driver's error as what it is. Its text may hold values of the statement, and would go into dead letters and logs: only the code goes on. */
export const translate = (error: unknown): unknown => {
  const code = codeOf(error);
  if (isTransient(error))
    return new TransientError(`asking Postgres: ${MENDED_BY_A_PERSON[code] ?? (code || 'no connection')}`, {
      cause: error,
    });
  return SQLSTATE.test(code) && !(error instanceof RefusedStatementError)
    ? new RefusedStatementError(code, error)
    : error;
};

const queryOn =
  (client: pg.Pool | pg.PoolClient): Queryable['query'] =>
  async (text, values = []) => {
    try {
      const { rows } = await client.query<Row>(text, [...values]);
      return rows;
    } catch (error) {
      throw translate(error);
    }
  };

/** A connection that is lent breaks between two queries too: the next one says so, and without a listener the process would end. */
const ignoreBreak = (): void => undefined;

const connectTo = async (pool: pg.Pool): Promise<pg.PoolClient> => {
  try {
    const client = await pool.connect();
    return client.on('error', ignoreBreak);
  } catch (error) {
    throw translate(error);
  }
};

/** A connection pool that tells an unwell database from a wrong statement. */
export const createPostgres = ({ max = 10, ...options }: PostgresOptions): Database => {
  const pool = new pg.Pool({ ...connectionOf(options), max });
  // An idle connection that breaks is replaced by the pool; without a listener the process would end.
  pool.on('error', () => undefined);

  const stores = new Map<string, EntityStore>();

  return {
    query: queryOn(pool),
    entities(schema, entities) {
      const key = [schema, ...entities.map(({ options }) => options.name)].join(' ');
      const store = stores.get(key) ?? createEntityStore(pool, { schema, entities, translate });
      stores.set(key, store);
      return store;
    },
    async transaction(work) {
      const client = await connectTo(pool);
      const query = queryOn(client);
      let broken: Error | undefined;
      try {
        await query('begin');
        const result = await work({ query });
        await query('commit');
        return result;
      } catch (error) {
        await query('rollback').catch((failure: Error) => {
          broken = failure;
        });
        throw error;
      } finally {
        client.off('error', ignoreBreak);
        client.release(broken);
      }
    },
    check: () =>
      pool.query('select 1').then(
        () => true as const,
        (error: unknown) => reasonOf(translate(error)),
      ),
    close: () => pool.end(),
  };
};
