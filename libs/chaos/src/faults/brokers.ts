import { isBroker, serversOf, type ServerName } from '@sluice/tooling';
import type { Fault, World } from '../world.ts';
import { frozenServer, killedServer } from './servers.ts';

type Role = 'leader' | 'group coordinator' | 'transaction coordinator';

/** Kafka's own tools say which broker has the role just now. */
const idOf = async ({ kafkaTool, stack }: World, role: Role): Promise<number> => {
  const server = ['--bootstrap-server', stack.addresses.brokers.join(',')];
  if (role === 'leader') {
    const printed = await kafkaTool('org.apache.kafka.tools.TopicCommand', [
      ...server,
      '--describe',
      '--topic',
      'inquiry.scored.v1',
    ]);
    return Number(/Leader: (\d+)/.exec(printed)?.[1]);
  }
  if (role === 'group coordinator') {
    const printed = await kafkaTool('org.apache.kafka.tools.consumer.group.ConsumerGroupCommand', [
      ...server,
      '--describe',
      '--state',
      '--group',
      'sluice.follow-conversation',
    ]);
    return Number(/\((\d+)\)/.exec(printed)?.[1]);
  }
  const listed = await kafkaTool('org.apache.kafka.tools.TransactionsCommand', [...server, 'list']);
  return Number(/^sluice\.follow-conversation\.\S+\s+(\d+)/mu.exec(listed)?.[1]);
};

const nameOf = (id: number): ServerName => {
  const name = serversOf(3).filter(isBroker)[id - 1];
  if (!name) throw new Error(`finding a broker to strike: Kafka's tools name broker ${id}`);
  return name;
};

/** Strikes whichever broker has the role. */
export const broker = (role: Role, how: 'killed' | 'frozen'): Fault => ({
  name: `${role} ${how}`,
  async strike(world) {
    const name = nameOf(await idOf(world, role));
    await (how === 'killed' ? killedServer(name, 'SIGKILL') : frozenServer(name)).strike(world);
  },
});
