import { isBroker, serversOf, type ServerName } from '@sluice/tooling';
import { untilMet, type Fault, type World } from '../world.ts';
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

/** The broker of a role. Between two of them there is none for a moment: then the tools are asked again. */
const holderOf = async (world: World, role: Role): Promise<ServerName> => {
  let name: ServerName | undefined;
  await untilMet({
    world,
    what: `a broker that is ${role}`,
    look: async () => {
      name = serversOf(3).filter(isBroker)[(await idOf(world, role)) - 1];
      return name ? null : "Kafka's tools name none";
    },
  });
  return name as unknown as ServerName;
};

/** Strikes whichever broker has the role. */
export const broker = (role: Role, how: 'killed' | 'frozen'): Fault => ({
  name: `${role} ${how}`,
  async strike(world) {
    const name = await holderOf(world, role);
    await (how === 'killed' ? killedServer(name, 'SIGKILL') : frozenServer(name)).strike(world);
  },
});
