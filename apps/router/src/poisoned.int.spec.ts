import { headerNames, inquiryScored } from '@sluice/contracts';
import { goldenEvents, poisonedEvents } from '@sluice/contracts/testing';
import { eventually } from '@sluice/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assignOwner } from './stages/assign-owner.stage.ts';
import { followConversation } from './stages/follow-conversation.stage.ts';
import { aPool } from './testing/a-pool.ts';
import { inquiryIdOf } from './testing/a-request.ts';
import { aRouter, type Router } from './testing/a-router.ts';
import { aRouterSchema, type RouterSchema } from './testing/a-schema.ts';
import { aScored } from './testing/a-scored.ts';
import { aClockPlaybook } from './testing/clock-playbook.ts';

const inputs = [...followConversation.inputs, ...assignOwner.inputs];
const playbook = aClockPlaybook(600, {
  pools: { sales: aPool([{ key: 'ada' }], { repeat: 'owner-first' }) },
  routes: [{ id: 'sales', when: 'true', queue: 'sales', pool: 'sales', sla: { followup: 600 } }],
});

let schema: RouterSchema;
let world: Router;
beforeAll(async () => {
  schema = await aRouterSchema();
  world = aRouter(playbook, { stateStore: schema.stateStore() });
  await world.run(1);
});
afterAll(async () => {
  await world.close();
  await schema.drop();
});

describe('whatever an event holds that its contract lets it hold', () => {
  it.each(inputs.map((contract) => ({ topic: contract.type, contract })))(
    '$topic: each is decided or a dead letter, and the next inquiry is given its owner',
    async ({ topic, contract }) => {
      const poisoned = goldenEvents(topic).flatMap((event) => poisonedEvents(contract, event));
      expect(poisoned.length).toBeGreaterThan(0);
      await world.publish(
        poisoned.map(({ poison, data }) => {
          const { key, subject } = contract.of(data);
          return {
            topic,
            key,
            value: Buffer.from(JSON.stringify(data)),
            headers: { [headerNames.id]: `${topic} ${poison}`, [headerNames.subject]: subject },
          };
        }),
      );
      await world.send([inquiryScored.v1.of(aScored(`after ${topic}`))]);
      await eventually(
        () => {
          const settled = world.deadLetters().length;
          expect(world.undecided().length).toBeLessThanOrEqual(settled);
          expect(world.assigned().find(({ inquiryId }) => inquiryId === inquiryIdOf(`after ${topic}`))).toMatchObject({
            owner: 'ada',
          });
        },
        { within: 30_000 },
      );
    },
    60_000,
  );
});
