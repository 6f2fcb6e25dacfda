import { join } from 'node:path';
import type { SimulatorControls } from '@sluice/simulators';
import type { Acknowledged } from '../load.ts';
import { assignmentsFair } from './assignments.ts';
import { parseRecords, readCommitted } from './committed-records.ts';
import { effectsOnce, modelCalls, oneTrace } from './effects.ts';
import type { Check, Evidence, Finding, Span } from './evidence.ts';
import { readOffsetHistory, readPositions } from './group-offsets.ts';
import { findHanging, listTransactions } from './transactions.ts';
import type { KafkaTools } from './kafka-tool.ts';
import { nothingHanging, offsetsAtTheEnd, offsetsForward } from './offsets.ts';
import { allAccountedFor, nothingAborted, nothingLost, oncePerStage } from './once.ts';
import { orderKept } from './order.ts';
import { readModelAgrees, readReadModel } from './read-model.ts';

export const checks: readonly Check[] = [
  nothingLost,
  oncePerStage,
  effectsOnce,
  orderKept,
  offsetsAtTheEnd,
  offsetsForward,
  nothingAborted,
  allAccountedFor,
  nothingHanging,
  oneTrace,
  modelCalls,
  assignmentsFair,
  readModelAgrees,
];

export interface Case {
  readonly dir: string;
  readonly tools: KafkaTools;
  readonly brokers: readonly string[];
  readonly postgresUrl: string;
  readonly simulators: SimulatorControls;
  readonly acknowledged: readonly Acknowledged[];
  /** What the reader wrote that read along. */
  readonly during: string;
  readonly interruptions: readonly Span[];
  readonly shares: Readonly<Record<string, number>>;
}

/** Gathers what there is to see, once all is quiet. */
export const gatherEvidence = async ({
  dir,
  tools,
  brokers,
  postgresUrl,
  simulators,
  acknowledged,
  during,
  interruptions,
  shares,
}: Case): Promise<Evidence> => ({
  acknowledged,
  interruptions,
  shares,
  after: await readCommitted(tools, brokers, join(dir, 'after.records')),
  during: await parseRecords(during),
  positions: await readPositions(tools, brokers),
  offsetHistory: await readOffsetHistory(tools, brokers, join(dir, 'offsets.json')),
  hanging: await findHanging(tools, brokers),
  transactions: await listTransactions(tools, brokers),
  slack: await simulators.journal('slack'),
  webhook: await simulators.journal('webhook'),
  openai: await simulators.journal('openai'),
  readModel: await readReadModel(postgresUrl),
});

export const judge = (evidence: Evidence): readonly Finding[] => checks.map((check) => check(evidence));
