import { z } from 'zod';
import type { Account } from '../desk/account.ts';
import { hashOf, statusOf } from './members.ts';
import { badRequest, invalid, NOT_FOUND, type Problem } from './problem.ts';

const enrolment = z.strictObject({ email_address: z.email() });
type Result = Problem | { readonly key: string };

/** The classic automation and the journey that exist from the start; both are of the list `sluice`. */
export const AUTOMATION = { id: 'sluice', email: 'welcome' };
export const JOURNEY = { id: '1', step: '1' };

const isSubscribed = (account: Account, email: string): boolean =>
  statusOf(account.get('members', `sluice:${hashOf(email)}`)) === 'subscribed';

/** Somebody gets each mail of a classic automation once. */
export const queueEmail = (account: Account, params: { id: string; email: string }, body: unknown): Result => {
  if (params.id !== AUTOMATION.id || params.email !== AUTOMATION.email) return NOT_FOUND;
  const given = enrolment.safeParse(body);
  if (!given.success) return invalid(given.error);
  const { email_address: email } = given.data;
  if (!isSubscribed(account, email)) return badRequest('This email address is not subscribed to the list.');
  const key = `queue:${params.id}:${params.email}:${email.toLowerCase()}`;
  if (account.get('queued', key)) return badRequest("You've already sent this email to the subscriber.");
  account.add('queued', { ...params, email_address: email }, key);
  return { key };
};

/** A journey takes somebody again each time it is told to. */
export const triggerStep = (account: Account, params: { journey: string; step: string }, body: unknown): Result => {
  if (params.journey !== JOURNEY.id || params.step !== JOURNEY.step) return NOT_FOUND;
  const given = enrolment.safeParse(body);
  if (!given.success) return invalid(given.error);
  const { email_address: email } = given.data;
  if (!isSubscribed(account, email))
    return badRequest('This contact is not subscribed to the audience of the journey.');
  account.add('triggered', { ...params, email_address: email });
  return { key: `journey:${params.journey}:${params.step}:${email.toLowerCase()}` };
};
