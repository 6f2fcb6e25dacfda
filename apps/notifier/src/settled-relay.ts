import { effectSettled, headerNames } from '@sluice/contracts';
import { uuidV5 } from '@sluice/kernel';
import type { EventCodec, ProducedRecord, Transport } from '@sluice/stage';
import type { Ledger, SettledEffect } from './ports/ledger.port.ts';

const BATCH = 200;

const recordOf = async (codec: EventCodec, settled: SettledEffect): Promise<ProducedRecord> => {
  const { effectId, decisionId, inquiryId, conversationId, kind, target, state, receipt, settledAt, traceParent, brand, playbook } = settled;
  const event = effectSettled.v1.of(effectSettled.v1.parse({ effectId, decisionId, inquiryId, conversationId, kind, target, state, receipt, settledAt }));
  return {
    topic: event.type, key: event.key, value: await codec.encode(event.type, event.data),
    headers: {
      [headerNames.specVersion]: '1.0', [headerNames.id]: uuidV5(effectId, 'settled'), [headerNames.source]: '/sluice/notifier', [headerNames.type]: event.type,
      [headerNames.time]: settledAt, [headerNames.subject]: event.subject, [headerNames.dataSchema]: await codec.schemaAddressOf(event.type), [headerNames.contentType]: 'application/json',
      [headerNames.brand]: brand, [headerNames.playbook]: playbook, ...(traceParent === null ? {} : { [headerNames.traceParent]: traceParent }),
    },
  };
};

/** Publishes what has settled, in order, from the ledger. A crash between the broker's answer and the mark repeats an event with the same `ce_id`. */
export const createSettledRelay = ({ ledger, codec, transport }: { readonly ledger: Ledger; readonly codec: EventCodec; readonly transport: Pick<Transport, 'publish'> }) =>
  (): Promise<number> => ledger.relay(BATCH, async (settled) => transport.publish(await Promise.all(settled.map((one) => recordOf(codec, one)))));
