/** A process that wakes clocks until it is killed, or kills itself where it is told to. Its log is a table: what is in it was acknowledged. */
import { systemClock } from '@sluice/kernel';
import { createPostgres } from '@sluice/persistence';
import { createClockWaker } from '../wake-clocks.ts';
import { timersOnPostgres } from './timers-on-postgres.ts';

const [url = '', schema = '', expireSeconds = '', dieAt = 'never'] = process.argv.slice(2);
const PAUSE_MS = 20;
const FEW = 5;
const AMID = 2;
const postgres = createPostgres({ url });
const { timers } = await timersOnPostgres({ url, schema, expireSeconds: Number(expireSeconds) });

const timerOf = new Map<string, string>();

/** As by an operator or the kernel: nothing is flushed, nothing is handed back. */
const dieIf = (place: string): void => {
  if (place === dieAt) process.kill(process.pid, 'SIGKILL');
};

const wake = createClockWaker({
  // Few at a time, so that a kill finds some taken, some heard and some ended.
  timers: {
    ...timers,
    async take() {
      const due = await timers.take(FEW);
      for (const { conversationId, id } of due) timerOf.set(conversationId, id);
      return due;
    },
  },
  clock: systemClock,
  codec: {
    frame: async (_type, json) => Buffer.from(json),
    decode: async (value) => JSON.parse(String(value)) as unknown,
    schemaAddressOf: async (type) => `/schemas/${type}`,
  },
  transport: {
    async publish(records) {
      dieIf('after-take');
      for (const [index, { key, value }] of records.entries()) {
        await postgres.query(`insert into "${schema}".heard (timer, key, value) values ($1, $2, $3)`, [
          timerOf.get(String(key)),
          String(key),
          String(value),
        ]);
        if (index + 1 === AMID) dieIf('amid-publish');
      }
      dieIf('after-publish');
    },
  },
});

process.stdout.write('awake\n');
for (;;) {
  await wake();
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}
