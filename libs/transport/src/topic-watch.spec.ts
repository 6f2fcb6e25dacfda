import { TransientError } from '@sluice/kernel';
import { expect, it } from 'vitest';
import { createTopicWatch } from './topic-watch.ts';

it('a watch over topics says what was found last, and nothing once it is mended', async () => {
  let found: readonly string[] | Error = ['min.insync.replicas is 1, not 2: a'];
  const watch = createTopicWatch(
    {
      topicFaults: async () => {
        if (found instanceof Error) throw found;
        return found;
      },
    },
    [],
  );
  expect(watch.notes()).toEqual({});
  await watch.look();
  expect(watch.notes()).toEqual({ topics: 'min.insync.replicas is 1, not 2: a' });
  found = new TransientError('away');
  await watch.look();
  expect(watch.notes()).toEqual({ topics: 'min.insync.replicas is 1, not 2: a' });
  found = [];
  await watch.look();
  expect(watch.notes()).toEqual({});
});
