import { receiptsSuite } from '../ports/receipts.suite.ts';
import { memoryIdempotencyKeys, memoryReceipts } from './memory-receipts.ts';

const [receipts, keys] = [memoryReceipts(), memoryIdempotencyKeys()];

receiptsSuite({ receipts: () => receipts, keys: () => keys });
