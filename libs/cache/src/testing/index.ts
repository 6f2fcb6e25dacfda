export { cacheSuite } from './cache.suite.ts';
export { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';
