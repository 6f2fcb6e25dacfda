// Loaded into a service before its own code (`node --import tunnel.ts?<broker port>=<proxy port>`): connections to the brokers
// go through proxies, and nothing in the service or the brokers knows.
import net from 'node:net';

const tunnels = new Map(
  [...new URL(import.meta.url).searchParams].map(([broker, proxy]) => [Number(broker), Number(proxy)]),
);
const connect = net.connect.bind(net);

const through = (options: net.NetConnectOpts, onConnect?: () => void): net.Socket =>
  connect(
    'port' in options ? { ...options, port: tunnels.get(Number(options.port)) ?? options.port } : options,
    onConnect,
  );

Object.assign(net, { connect: through });
