import { isAlive, stop } from '@sluice/tooling';
import { untilMet, type Fault, type Service, type World } from '../world.ts';

const GROUPS: Readonly<Record<Service, string>> = {
  ingest: 'sluice.normalize-inquiry',
  enricher: 'sluice.enrich-inquiry',
  classifier: 'sluice.score-inquiry',
  router: 'sluice.follow-conversation',
  notifier: 'sluice.plan-effects',
  api: 'sluice.project-read-model',
};

/** How many members Kafka's own tool counts in the group; null while it can't say. */
export const membersIn = (printed: string, group: string): number | null => {
  const line = printed.split('\n').find((one) => one.startsWith(`${group} `));
  const members = /(\d+)\s*$/u.exec(line ?? '')?.[1];
  return members === undefined ? null : Number(members);
};

const untilMembers = async (world: World, group: string, wanted: number): Promise<void> => {
  const { kafkaTool, stack } = world;
  const args = ['--bootstrap-server', stack.addresses.brokers.join(','), '--describe', '--state', '--group', group];
  const count = async (): Promise<number | null> =>
    membersIn(await kafkaTool('org.apache.kafka.tools.consumer.group.ConsumerGroupCommand', args), group);
  const look = async (): Promise<string | null> => {
    const members = await count();
    return members === wanted ? null : `it has ${members ?? 'no count of them'}`;
  };
  await untilMet({ world, what: `${group} to have ${wanted} members`, look });
};

/** 1 → 3 → 1, one after the other: Kafka says that both have joined before they leave, or nothing was rebalanced. */
export const rebalanceStorm = (service: Service): Fault => ({
  name: `rebalance storm of ${service}`,
  async strike(world) {
    const { stack } = world;
    const before = stack.replicas(service).filter(isAlive).length;
    const more = [await stack.addReplica(service), await stack.addReplica(service)];
    await untilMembers(world, GROUPS[service], before + more.length);
    for (const replica of more) await stop(replica);
    await untilMembers(world, GROUPS[service], before);
  },
});
