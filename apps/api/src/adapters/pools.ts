import { inquiryAssigned, poolChanged, poolCommand, type PoolCommand } from '@sluice/contracts';
import { uuidV5 } from '@sluice/kernel';
import type { Postgres } from '@sluice/persistence';
import { eventRecord, type EventCodec, type Transport } from '@sluice/stage';
import type { PoolEvent } from '../domain/fairness.ts';
import type { Period } from '../domain/iso-week.ts';

export interface PoolOf {
  readonly brand: string;
  readonly pool: string;
}

export interface Pools {
  /** All that was said of a pool in a period, in order. */
  events(of: PoolOf, period: Period): Promise<readonly PoolEvent[]>;
  /** Puts a command on the log. The same key of the same asker is the same command. @throws TransientError when the broker does not take it. */
  order(command: PoolCommand, idempotencyKey: string): Promise<{ readonly commandId: string }>;
}

export interface PoolsOptions {
  readonly schema: string;
  readonly transport: Pick<Transport, 'publish'>;
  readonly codec: EventCodec;
}

const TYPES = [inquiryAssigned.v1.type, poolChanged.v1.type];

const toEvent = (topic: string, data: unknown): PoolEvent =>
  topic === poolChanged.v1.type
    ? { type: 'changed', event: poolChanged.v1.parse(data) }
    : { type: 'assigned', event: inquiryAssigned.v1.parse(data) };

export const createPools = (postgres: Postgres, { schema, transport, codec }: PoolsOptions): Pools => ({
  async events({ brand, pool }, { from, to }) {
    const rows = await postgres.query(
      `select topic, data from "${schema}".event where topic = any($1) and at >= $2 and at < $3 and data::json ->> 'pool' = $4 and data::json ->> 'brand' = $5
       order by at, topic, partition, "offset"`,
      [TYPES, from, to, pool, brand],
    );
    return rows.map(({ topic, data }) => toEvent(String(topic), JSON.parse(String(data))));
  },
  async order(command, idempotencyKey) {
    const commandId = uuidV5(poolCommand.v1.type, command.by, idempotencyKey);
    await transport.publish([
      await eventRecord(
        poolCommand.v1.of(command),
        { id: commandId, source: '/sluice/api', time: command.orderedAt, brand: command.brand, playbook: null },
        { codec },
      ),
    ]);
    return { commandId };
  },
});
