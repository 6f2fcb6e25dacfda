import { randomUUID } from 'node:crypto';
import {
  headerNames,
  inquiryCommand,
  poolCommand,
  type DomainEvent,
  type InquiryCommand,
  type PoolCommand,
} from '@sluice/contracts';
import { uuidV5, type ConversationId, type InquiryId } from '@sluice/kernel';
import type { Playbook } from '@sluice/policy';
import type { EventCodec, PlaybookSource, ProducedRecord, Transport } from '@sluice/stage';
import type { ReadModel } from './read-model.ts';

export interface InquiryOrder extends Pick<InquiryCommand, 'command' | 'by' | 'why' | 'at'> {
  readonly inquiryId: string;
}

export type OrderResult =
  | { readonly kind: 'accepted'; readonly commandId: string }
  /** Not there, or not routed yet: then nothing runs that could be commanded. */
  | { readonly kind: 'unknown-inquiry' }
  /** The playbook of the inquiry knows no such reason; these it does. */
  | { readonly kind: 'unknown-reason'; readonly reasons: readonly string[] };

/** What people command, put on the log, where the stage that owns the state obeys it. Both @throws TransientError when it is not acknowledged */
export interface Commands {
  toInquiry(order: InquiryOrder): Promise<OrderResult>;
  /** The same key of the same asker is the same command. */
  toPool(command: PoolCommand, idempotencyKey: string): Promise<{ readonly commandId: string }>;
}

export interface CommandsOptions {
  readonly model: Pick<ReadModel, 'inquiry'>;
  readonly transport: Pick<Transport, 'publish'>;
  readonly codec: EventCodec;
  readonly playbooks: Pick<PlaybookSource<Playbook>, 'byHash'>;
}

interface Stamp {
  readonly commandId: string;
  readonly time: string;
  /** Headers besides those that every event has. */
  readonly headers: Readonly<Record<string, string>>;
}

export const createCommands = ({ model, transport, codec, playbooks }: CommandsOptions): Commands => {
  const recordOf = async (
    { type, key, subject, data }: DomainEvent,
    { commandId, time, headers }: Stamp,
  ): Promise<ProducedRecord> => ({
    topic: type,
    key,
    value: await codec.encode(type, data),
    headers: {
      [headerNames.specVersion]: '1.0',
      [headerNames.id]: commandId,
      [headerNames.source]: '/sluice/api',
      [headerNames.type]: type,
      [headerNames.time]: time,
      [headerNames.subject]: subject,
      [headerNames.dataSchema]: await codec.schemaAddressOf(type),
      [headerNames.contentType]: 'application/json',
      ...headers,
    },
  });

  return {
    async toInquiry({ inquiryId, command, by, why, at }) {
      const found = await model.inquiry(inquiryId);
      if (!found?.conversationId || !found.playbook || found.queue === null) return { kind: 'unknown-inquiry' };
      if (command.do === 'pause') {
        const { pauses } = (await playbooks.byHash(found.playbook)).playbook.sla;
        if (!pauses[command.reason]) return { kind: 'unknown-reason', reasons: Object.keys(pauses) };
      }
      const commandId = randomUUID();
      const event = inquiryCommand.v1.of({
        inquiryId: found.inquiryId as InquiryId,
        conversationId: found.conversationId as ConversationId,
        command,
        by,
        why,
        at,
      });
      const headers = { [headerNames.playbook]: found.playbook };
      await transport.publish([await recordOf(event, { commandId, time: at, headers })]);
      return { kind: 'accepted', commandId };
    },
    async toPool(command, idempotencyKey) {
      const commandId = uuidV5(poolCommand.v1.type, command.by, idempotencyKey);
      const headers = { [headerNames.brand]: command.brand };
      await transport.publish([
        await recordOf(poolCommand.v1.of(command), { commandId, time: command.orderedAt, headers }),
      ]);
      return { commandId };
    },
  };
};
