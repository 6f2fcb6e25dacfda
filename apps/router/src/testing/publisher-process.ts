/** A process that publishes what is due until it is killed, or kills itself where it is told to. Its log is a table: what is in it was acknowledged. */
import { systemClock } from '@sluice/kernel';
import { createPostgres, createStateStore } from '@sluice/persistence';
import { createDuePublisher } from '@sluice/stage';

const [url = '', schema = '', dieAt = 'never'] = process.argv.slice(2);
const PAUSE_MS = 20;
const FEW = 5;
const AMID = 2;
const postgres = createPostgres({ url });
const stateStore = createStateStore(postgres, { schema });

/** As by an operator or the kernel: nothing is flushed, nothing is handed back. */
const dieIf = (place: string): void => {
  if (place === dieAt) process.kill(process.pid, 'SIGKILL');
};

const publishDue = createDuePublisher({
  // Few at a time, so that a kill finds some taken, some published and some not.
  dueTimes: { takeDue: () => stateStore.takeDue(FEW) },
  clock: systemClock,
  codec: {
    frame: async (_type, json) => Buffer.from(json),
    decode: async (value) => JSON.parse(String(value)) as unknown,
    schemaAddressOf: async (type) => `/schemas/${type}`,
  },
  transport: {
    async publish(records) {
      dieIf('after-take');
      for (const [index, { topic, key, value, headers }] of records.entries()) {
        await postgres.query(`insert into "${schema}".published (topic, key, value, headers) values ($1, $2, $3, $4)`, [
          topic,
          String(key),
          String(value),
          JSON.stringify(headers),
        ]);
        if (index + 1 === AMID) dieIf('amid-publish');
      }
      if (records.length > 0) dieIf('after-publish');
    },
  },
});

process.stdout.write('awake\n');
for (;;) {
  await publishDue();
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}
