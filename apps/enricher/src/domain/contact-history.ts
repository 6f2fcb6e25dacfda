import type { InquiryNormalized } from '@sluice/contracts';
import { z } from 'zod';

/** What is remembered of a contact: how often they wrote, and when last. The contact is named by its keyed hash. */
export const contactHistory = z.object({ inquiries: z.int().nonnegative(), lastReceivedAt: z.iso.datetime() });
export type ContactHistory = z.output<typeof contactHistory>;

/** The history with one more inquiry in it. An old mail that comes in late doesn't turn the time back. */
export const withInquiry = (before: ContactHistory | undefined, { receivedAt }: InquiryNormalized): ContactHistory => ({
  inquiries: (before?.inquiries ?? 0) + 1,
  lastReceivedAt: before && before.lastReceivedAt > receivedAt ? before.lastReceivedAt : receivedAt,
});
