import { poolCommand } from '@sluice/contracts';
import { uuidV5, type Clock } from '@sluice/kernel';
import type { EventCodec, Transport } from '@sluice/stage';
import { recordOf } from './event-record.ts';
import type { Look, Looks } from './ports/looks.port.ts';

export interface PoolLookerOptions {
  readonly looks: Pick<Looks, 'take'>;
  readonly transport: Pick<Transport, 'publish'>;
  readonly codec: EventCodec;
  readonly clock: Clock;
}

const BATCH = 200;

/** Says to each pool whose moment has come that it is to look at who waits. Said twice it changes nothing the second time. */
export const createPoolLooker =
  ({ looks, transport, codec, clock }: PoolLookerOptions) =>
  async (): Promise<'again' | 'rest'> => {
    const now = clock.now();
    const say = async (due: readonly Look[]): Promise<void> => {
      const records = due.map(({ brand, pool, at }) =>
        recordOf(
          poolCommand.v1.of({
            brand,
            pool,
            command: { do: 'look' },
            by: 'timer',
            why: 'somebody may be there again',
            orderedAt: now,
          }),
          { codec, id: uuidV5('look', brand, pool, at), source: '/sluice/router/looks', time: now, brand },
        ),
      );
      await transport.publish(await Promise.all(records));
    };
    return (await looks.take({ now, count: BATCH }, say)) === BATCH ? 'again' : 'rest';
  };
