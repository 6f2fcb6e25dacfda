import { z } from 'zod';
import { answerTo } from '../fields.ts';

/** `content` of an effect of the kind `mail.reply`: made by the router, sent by a connector. Personal data. */
export const mailContent = z.object({
  to: z.object({ address: z.string(), name: z.string().nullable() }),
  /** `Acme <hello@acme.example>`; null: the address of the deployment. */
  from: z.string().nullable(),
  /** The mail that is answered; null where there was none, as with a form. */
  answerTo: answerTo.nullable(),
  message: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('ready'), subject: z.string(), text: z.string(), html: z.string().nullable() }),
    /** What the playbook wants said and nobody filled: it is not sent. */
    z.object({ kind: z.literal('unfilled'), slots: z.array(z.string()) }),
  ]),
});
export type MailContent = z.output<typeof mailContent>;
