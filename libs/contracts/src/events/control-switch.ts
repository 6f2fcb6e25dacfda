import { uuidV5, type InquiryId } from '@sluice/kernel';
import { z } from 'zod';
import { contract, type DataOf } from '../contract.ts';
import { channel, instant, term } from '../fields.ts';

/** What a switch covers: each list narrows it, an empty one means any. */
export const switchScope = z.object({
  brands: z.array(term).max(100),
  /** As the playbook's overrides name them: an intent, or a category where none is known. */
  intents: z.array(term).max(100),
  channels: z.array(channel),
  /** A kind of effect (`mail.reply`), or one destination of it (`mail.reply/smtp`). */
  sinks: z.array(term).max(100),
});
export type SwitchScope = z.output<typeof switchScope>;

/** A kill switch as it stands: while it is engaged, no effect that it covers leaves, also none that is on its way. No part of a playbook's version. */
export const controlSwitch = {
  v1: contract('control.switch.v1', {
    key: ({ switchId }) => switchId,
    subject: ({ switchId }) => uuidV5('switch', switchId) as InquiryId,
    schema: switchScope.extend({
      switchId: term,
      engaged: z.boolean(),
      /** Who did it: the id of an API key, or the notifier where it tripped by itself. */
      by: term,
      why: z.string().max(300),
      changedAt: instant,
    }),
  }),
};
export type ControlSwitch = DataOf<typeof controlSwitch.v1>;
