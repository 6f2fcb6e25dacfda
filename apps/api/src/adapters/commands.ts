import { randomUUID } from 'node:crypto';
import { inquiryCommand, poolCommand, type InquiryCommand, type PoolCommand } from '@sluice/contracts';
import { uuidV5, type ConversationId, type InquiryId } from '@sluice/kernel';
import type { Playbook } from '@sluice/policy';
import { eventRecord, type EventCodec, type PlaybookSource, type Transport } from '@sluice/stage';
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

/** Who says it, as CloudEvents names a source. */
const SOURCE = '/sluice/api';

export const createCommands = ({ model, transport, codec, playbooks }: CommandsOptions): Commands => {
  return {
    async toInquiry({ inquiryId, command, by, why, at }) {
      const found = await model.inquiry(inquiryId);
      if (!found?.conversationId || !found.playbook || found.queue === null) return { kind: 'unknown-inquiry' };
      if (command.do === 'pause') {
        const { pauses } = (await playbooks.byHash(found.playbook)).playbook.sla;
        if (!Object.hasOwn(pauses, command.reason)) return { kind: 'unknown-reason', reasons: Object.keys(pauses) };
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
      const envelope = { id: commandId, source: SOURCE, time: at, brand: found.brand, playbook: found.playbook };
      await transport.publish([await eventRecord(event, envelope, { codec })]);
      return { kind: 'accepted', commandId };
    },
    async toPool(command, idempotencyKey) {
      const commandId = uuidV5(poolCommand.v1.type, command.by, idempotencyKey);
      const envelope = { id: commandId, source: SOURCE, time: command.orderedAt, brand: command.brand, playbook: null };
      await transport.publish([await eventRecord(poolCommand.v1.of(command), envelope, { codec })]);
      return { commandId };
    },
  };
};
