import pg from 'pg';
import { DataSource, EntitySchema, type EntityManager, type EntitySchemaOptions, type ObjectLiteral } from 'typeorm';

/** A table whose rows are read and written one by one, its columns under the names that our code has for them (ADR 015). */
export const defineEntity = <Fields extends ObjectLiteral>(
  options: EntitySchemaOptions<Fields>,
): EntitySchema<Fields> => new EntitySchema(options);

/** Repositories over one schema. Both @throws TransientError while the database is unwell, the driver's error when a statement is wrong. */
export interface EntityStore {
  readonly schema: string;
  run<Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result>;
  /** Committed when `work` resolves, rolled back when it throws. */
  transaction<Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result>;
}

/**
 * TypeORM makes a pool of its own from the driver it is given; this one lends it the pool that is there, with its bounds and time-outs.
 * Who listens to that pool's errors is settled already, and closing it is not TypeORM's.
 */
const driverOn = (pool: pg.Pool): object => ({
  ...pg,
  Pool: function LentPool() {
    return {
      on: () => undefined,
      connect: pool.connect.bind(pool),
      end: (done: () => void) => {
        done();
      },
    };
  },
});

export interface EntityStoreOptions {
  readonly schema: string;
  readonly entities: readonly EntitySchema[];
  /** What an error of the driver is for us. */
  readonly translate: (error: unknown) => unknown;
}

export const createEntityStore = (pool: pg.Pool, { schema, entities, translate }: EntityStoreOptions): EntityStore => {
  let opened: Promise<DataSource> | null = null;

  /** Opened at the first use, and tried again after a failure: a service starts while its database is away. */
  const open = (): Promise<DataSource> => {
    opened ??= new DataSource({
      type: 'postgres',
      driver: driverOn(pool),
      schema,
      entities: [...entities],
      installExtensions: false,
      synchronize: false,
    })
      .initialize()
      .catch((error: unknown) => {
        opened = null;
        throw error;
      });
    return opened;
  };

  const told = async <Result>(work: (source: DataSource) => Promise<Result>): Promise<Result> => {
    try {
      return await work(await open());
    } catch (error) {
      throw translate(error);
    }
  };

  return {
    schema,
    run: (work) => told(({ manager }) => work(manager)),
    transaction: (work) => told((source) => source.transaction(work)),
  };
};
