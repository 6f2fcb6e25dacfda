import { apiKeys, startBrokerProxy, type BrokerProxy } from './broker-proxy.ts';

/**
 * What befalls the next EndTxn, once: the broker never gets it; the broker does it and the connection breaks before the answer;
 * the broker does it and the answer never comes while the connection stays open; the broker does it and the answer is late.
 */
export type EndTxnLoss = 'request' | 'answer' | 'answer-in-silence' | 'late-answer';

const LATE_MS = 3_000;
/** What becomes of an answer that is lost in one of these ways. */
const FATES = { request: 'pass', answer: 'hang-up', 'answer-in-silence': 'silence', 'late-answer': LATE_MS } as const;

export interface EndTxnProxy extends BrokerProxy {
  loseNext(loss: EndTxnLoss): void;
  /** How many EndTxn were lost, of requests or of answers. */
  lost(): number;
}

/** A proxy before one broker that passes everything on but the EndTxn it was told to lose. */
export const startEndTxnProxy = async (broker: string): Promise<EndTxnProxy> => {
  let next: EndTxnLoss | null = null;
  let lost = 0;

  /** How the EndTxn that goes by is to be lost, once, if it is one of these ways; null when it is not. */
  const loses = (apiKey: number, ways: readonly EndTxnLoss[]): EndTxnLoss | null => {
    if (apiKey !== apiKeys.endTxn || next === null || !ways.includes(next)) return null;
    const loss = next;
    next = null;
    lost += 1;
    return loss;
  };

  const proxy = await startBrokerProxy(broker, {
    onRequest: (apiKey) => (loses(apiKey, ['request']) ? 'hang-up' : 'pass'),
    onAnswer(apiKey) {
      const loss = loses(apiKey, ['answer', 'answer-in-silence', 'late-answer']);
      return loss === null ? 'pass' : FATES[loss];
    },
  });
  return {
    ...proxy,
    loseNext(loss) {
      next = loss;
    },
    lost: () => lost,
  };
};
