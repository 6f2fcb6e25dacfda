import { startEndTxnProxy, type EndTxnLoss, type EndTxnProxy } from '@sluice/transport/testing';
import { untilMet, type Fault, type Service, type World } from '../world.ts';

const LOSSES: readonly EndTxnLoss[] = ['answer', 'request', 'late-answer', 'answer-in-silence'];
const TUNNEL = new URL('../tunnel.ts', import.meta.url);

const portOf = (broker: string): string => broker.split(':')[1] ?? '';

const loseOne = async (world: World, proxies: readonly EndTxnProxy[], loss: EndTxnLoss): Promise<void> => {
  const lost = (): number => proxies.reduce((sum, proxy) => sum + proxy.lost(), 0);
  const before = lost();
  for (const proxy of proxies) proxy.loseNext(loss);
  await untilMet({ world, what: `an EndTxn to be lost (${loss})`, look: () => (lost() > before ? null : 'not yet') });
};

/** Services that reach the brokers through proxies for as long as it takes. */
const through = async (world: World, services: readonly Service[], proxies: readonly EndTxnProxy[]): Promise<void> => {
  const { stack } = world;
  const tunnels = stack.addresses.brokers.map((broker, at) => `${portOf(broker)}=${proxies[at]?.port ?? ''}`).join('&');
  const extra = { NODE_OPTIONS: `--disable-warning=ExperimentalWarning --import ${TUNNEL}?${tunnels}` };
  for (const service of services) {
    await stack.scaleTo(service, 0);
    await stack.addReplica(service, { extra });
  }
  for (const loss of LOSSES) await loseOne(world, proxies, loss);
  for (const service of services) {
    await stack.scaleTo(service, 0);
    await stack.scaleTo(service, 1);
  }
};

/** Only EndTxn goes missing, or its answer, or the answer comes late: everything else passes untouched. */
export const lostEndTxn = (services: readonly Service[]): Fault => ({
  name: 'EndTxn or its answer lost or late',
  async strike(world) {
    const proxies = await Promise.all(world.stack.addresses.brokers.map((broker) => startEndTxnProxy(broker)));
    // A proxy that is left behind keeps the whole run from ending.
    await through(world, services, proxies).finally(() => Promise.all(proxies.map((proxy) => proxy.close())));
  },
});
