import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { StoredObject } from '../desk/account.ts';

/** A refusal of Twilio's: HTTP status, its own code, its words. */
export type Refusal = readonly [status: number, code: number, message: string];

const text = z.string();
/** What of a message is looked at. Twilio ignores parameters that it does not know. */
export const newMessage = z.object({
  To: text.optional(),
  From: text.optional(),
  MessagingServiceSid: text.optional(),
  Body: text.optional(),
  MediaUrl: text.optional(),
  ContentSid: text.optional(),
  StatusCallback: text.optional(),
});
export type NewMessage = z.output<typeof newMessage>;

const E164 = /^\+[1-9]\d{6,14}$/u;
const SENDER_ID = /^(?=.*[A-Za-z])[\w &+-]{1,11}$/u;
const SERVICE = /^MG\w+$/u;
const LONGEST = 1_600;
const BAD_REQUEST = 400;

const isSet = (value: string | undefined): value is string => value !== undefined && value !== '';

const complaintAboutFields = (given: NewMessage): Refusal | null => {
  const { To: to, From: from, MessagingServiceSid: service, StatusCallback: callback } = given;
  if (!isSet(to)) return [BAD_REQUEST, 21_604, "A 'To' phone number is required."];
  if (!isSet(from) && !isSet(service)) return [BAD_REQUEST, 21_603, "A 'From' phone number is required."];
  if (![given.Body, given.MediaUrl, given.ContentSid].some(isSet))
    return [BAD_REQUEST, 21_602, 'Message body is required.'];
  if (isSet(service) && !SERVICE.test(service))
    return [BAD_REQUEST, 21_701, `The Messaging Service ${service} does not exist.`];
  if (isSet(callback) && !URL.canParse(callback))
    return [BAD_REQUEST, 21_609, `The StatusCallback URL ${callback} is not a valid URL.`];
  return null;
};

/** What Twilio has against a message; null where nothing. */
export const complaintAbout = (
  given: NewMessage,
  account: { readonly stopped: ReadonlySet<string>; readonly closedRegions: readonly string[] },
): Refusal | null => {
  const complaint = complaintAboutFields(given);
  if (complaint) return complaint;
  const { To: to = '', From: from = '', Body: body = '' } = given;
  if (!E164.test(to)) return [BAD_REQUEST, 21_211, `The 'To' number ${to} is not a valid phone number.`];
  if (from !== '' && !E164.test(from) && !SENDER_ID.test(from))
    return [
      BAD_REQUEST,
      21_212,
      `The 'From' number ${from} is not a valid phone number, shortcode, or alphanumeric sender ID.`,
    ];
  if (body.length > LONGEST)
    return [BAD_REQUEST, 21_617, 'The concatenated message body exceeds the 1600 character limit'];
  if (account.closedRegions.some((prefix) => to.startsWith(prefix)))
    return [
      BAD_REQUEST,
      21_408,
      `Permission to send an SMS has not been enabled for the region indicated by the 'To' number: ${to}`,
    ];
  return account.stopped.has(to) ? [BAD_REQUEST, 21_610, 'Attempt to send to unsubscribed recipient'] : null;
};

/**
 * What a message is counted under. A sender of ours names its effect in the callback's address or in the last digits of the text; of
 * all others the same words to the same number are the same.
 */
export const keyOf = ({ StatusCallback: callback, To: to = '', Body: body = '' }: NewMessage): string => {
  const named = callback ? new URL(callback).searchParams.get('sluice_effect') : null;
  return named ?? /#([0-9a-f]{8})$/u.exec(body)?.[1] ?? createHash('sha256').update(`${to}\n${body}`).digest('hex');
};

const SEGMENT = 160;
const LATER_SEGMENT = 153;
const segmentsOf = (body: string): number => (body.length <= SEGMENT ? 1 : Math.ceil(body.length / LATER_SEGMENT));

const sidOf = (id: string): string => `SM${id.padStart(32, '0')}`;
export const idOf = (sid: string): string => sid.replace(/^SM0*/u, '');

/** The Message resource. Until it is on its way nobody knows when it was sent. */
export const shown = ({ id, madeAt, fields }: StoredObject, state: 'accepted' | 'sent') => {
  const sid = sidOf(id);
  const account = String(fields['account']);
  const at = new Date(madeAt).toUTCString().replace('GMT', '+0000');
  const uri = `/2010-04-01/Accounts/${account}/Messages/${sid}`;
  const body = String(fields['Body'] ?? '');
  return {
    sid,
    account_sid: account,
    messaging_service_sid: fields['MessagingServiceSid'] ?? null,
    to: fields['To'],
    from: fields['From'] ?? null,
    body,
    status: state === 'sent' ? 'sent' : fields['MessagingServiceSid'] ? 'accepted' : 'queued',
    direction: 'outbound-api',
    num_segments: String(segmentsOf(body)),
    num_media: fields['MediaUrl'] ? '1' : '0',
    price: null,
    price_unit: 'USD',
    error_code: null,
    error_message: null,
    date_created: at,
    date_sent: state === 'sent' ? at : null,
    date_updated: at,
    api_version: '2010-04-01',
    uri: `${uri}.json`,
    subresource_uris: { media: `${uri}/Media.json` },
  };
};
