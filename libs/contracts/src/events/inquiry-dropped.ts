import { z } from 'zod';
import { contract, type DataOf } from '../contract.ts';
import { inquiryId, instant, term } from '../fields.ts';

/** An inquiry that goes no further, and why. A suppressed duplicate is an event, not silence. */
export const inquiryDropped = {
  v1: contract('inquiry.dropped.v1', {
    key: (dropped) => dropped.inquiryId,
    subject: (dropped) => dropped.inquiryId,
    schema: z.object({
      inquiryId,
      stage: term,
      reason: term,
      /** The inquiry this one repeats, when it is a duplicate. */
      duplicateOf: inquiryId.nullable(),
      droppedAt: instant,
    }),
  }),
};
export type InquiryDropped = DataOf<typeof inquiryDropped.v1>;
