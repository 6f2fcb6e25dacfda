import { createHmac } from 'node:crypto';
import type { InquiryRaw } from '@sluice/contracts';
import { parsePhoneNumber } from 'awesome-phonenumber';
import { countryCode } from './country-code.ts';

type Contact = InquiryRaw['contact'];

const tidy = (text: string | null): string | null => text?.replaceAll(/\s+/gu, ' ').trim() || null;

const phoneOf = (text: string | null, region: string): string | null => {
  if (!text?.trim()) return null;
  const parsed = parsePhoneNumber(text, { regionCode: region });
  return parsed.valid ? parsed.number.e164 : tidy(text);
};

/** Contact details in their normal forms: address in lower case, phone in E.164, country as its code. What does not parse stays as it came. */
export const normalizeContact = (contact: Contact, defaultRegion: string): Contact => {
  const country = countryCode(contact.country);
  return {
    email: contact.email?.trim().toLowerCase() || null,
    name: tidy(contact.name),
    phone: phoneOf(contact.phone, country ?? defaultRegion),
    title: tidy(contact.title),
    company: tidy(contact.company),
    website: tidy(contact.website),
    country,
  };
};

/** Names a contact without showing who it is: the same address under the same secret is the same id. */
export const contactIdOf = (email: string | null, secret: string): string | null =>
  email === null ? null : createHmac('sha256', secret).update(email).digest('hex');
