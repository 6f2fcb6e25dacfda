export { startEndTxnProxy, type EndTxnLoss, type EndTxnProxy } from './end-txn-proxy.ts';
export { createTopics } from './create-topics.ts';
