import { randomUUID } from 'node:crypto';
import { inquiryCommand, type InquiryCommand } from '@sluice/contracts';
import type { Playbook } from '@sluice/policy';
import { eventRecord, type EventCodec, type PlaybookSource, type Transport } from '@sluice/stage';
import type { ReadModel } from './read-model.ts';

export interface CommandOrder extends Pick<InquiryCommand, 'command' | 'by' | 'why' | 'at'> {
  readonly inquiryId: string;
}

export type CommandResult =
  | { readonly kind: 'accepted'; readonly commandId: string }
  | { readonly kind: 'unknown-inquiry' }
  /** The playbook of the inquiry knows no such reason; these it does. */
  | { readonly kind: 'unknown-reason'; readonly reasons: readonly string[] };

export interface Commands {
  /** Puts a command on the log, where the stage that owns the state obeys it. @throws TransientError when it is not acknowledged */
  give(order: CommandOrder): Promise<CommandResult>;
}

export interface CommandsOptions {
  readonly model: Pick<ReadModel, 'events'>;
  readonly transport: Pick<Transport, 'publish'>;
  readonly codec: EventCodec;
  readonly playbooks: PlaybookSource<Playbook>;
}

interface Found {
  readonly conversationId: string;
  readonly playbookHash: string;
}

const text = (data: unknown, name: string): string | null => {
  const value =
    typeof data === 'object' && data !== null ? (data as Readonly<Record<string, unknown>>)[name] : undefined;
  return typeof value === 'string' ? value : null;
};

/** Conversation and playbook of an inquiry; null before it was routed: then nothing runs that could be commanded. */
const findIn = async (model: CommandsOptions['model'], inquiryId: string): Promise<Found | null> => {
  const events = await model.events(inquiryId);
  const routed = events.findLast(({ topic }) => topic === 'inquiry.routed.v1');
  const journal = events.findLast(
    ({ topic, data }) => topic === 'decision.journal.v1' && text(data, 'stage') === 'route-inquiry',
  );
  const [conversationId, playbookHash] = [text(routed?.data, 'conversationId'), text(journal?.data, 'playbook')];
  return conversationId === null || playbookHash === null ? null : { conversationId, playbookHash };
};

/** Commands of people, put on the log. */
export const createCommands = ({ model, transport, codec, playbooks }: CommandsOptions): Commands => ({
  async give({ inquiryId, command, by, why, at }) {
    const found = await findIn(model, inquiryId);
    if (!found) return { kind: 'unknown-inquiry' };
    if (command.do === 'pause') {
      const { pauses } = (await playbooks.byHash(found.playbookHash)).playbook.sla;
      if (!pauses[command.reason]) return { kind: 'unknown-reason', reasons: Object.keys(pauses) };
    }
    const commandId = randomUUID();
    const event = inquiryCommand.v1.of(
      inquiryCommand.v1.parse({ inquiryId, conversationId: found.conversationId, command, by, why, at }),
    );
    await transport.publish([
      await eventRecord(
        event,
        { id: commandId, source: '/sluice/api', time: event.data.at, brand: null, playbook: found.playbookHash },
        { codec },
      ),
    ]);
    return { kind: 'accepted', commandId };
  },
});
