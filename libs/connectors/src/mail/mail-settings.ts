import { z } from 'zod';

/** What every connector that sends mail is told besides its credentials. */
export const mailSettings = {
  FROM: z
    .string()
    .max(320)
    .regex(/@/u, 'is no address such as "Acme <hello@acme.example>"')
    .describe('Whom answers come from where a playbook does not say: Acme <hello@acme.example>'),
  REDIRECT_TO: z.email().optional().describe('Mailbox that gets what the sandbox sends, whoever it is for'),
};
