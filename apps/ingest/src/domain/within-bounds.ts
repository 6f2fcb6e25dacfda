import { bounds, type Attachment, type Contact, type Cut, type Metadata } from '@sluice/contracts';
import { cleanLine, cleanText, shortened } from './clean-text.ts';

/** The parts of an inquiry that a sender fills, and that may therefore be of any size. */
export interface SentParts {
  readonly contact: Contact;
  readonly subject: string | null;
  readonly text: string | null;
  readonly metadata: Metadata;
  /** Not more than `bounds.attachments`: only so many are stored. */
  readonly attachments: readonly Attachment[];
}

export interface BoundedParts extends Omit<SentParts, 'attachments'> {
  readonly attachments: Attachment[];
  /** What stands shortened now, or was left out. */
  readonly cut: Cut[];
}

/** Notes each part that is longer than its bound while it shortens them. */
class Shortening {
  readonly cut: Cut[] = [];

  text<Text extends string | null>(field: string, text: Text, most: number): Text {
    if (text !== null && text.length > most) this.note(field, text.length);
    return (text === null ? null : shortened(text, most)) as Text;
  }

  note(field: string, length: number): void {
    this.cut.push({ field, length });
  }
}

const line = (text: string | null): string | null => (text === null ? null : cleanLine(text) || null);

const boundedContact = (contact: Contact, shortening: Shortening): Contact => {
  const named = (field: keyof Contact, most: number): string | null =>
    shortening.text(`/contact/${field}`, line(contact[field]), most);
  const email = line(contact.email);
  const isAddress = email === null || email.length <= bounds.email;
  // Half an address would be somebody else's.
  if (!isAddress) shortening.note('/contact/email', email.length);
  return {
    email: isAddress ? email : null,
    name: named('name', bounds.name),
    phone: named('phone', bounds.name),
    title: named('title', bounds.name),
    company: named('company', bounds.name),
    website: named('website', bounds.website),
    country: named('country', bounds.name),
  };
};

const boundedMetadata = (metadata: Metadata, shortening: Shortening): Metadata => {
  const all = Object.entries(metadata);
  const kept = new Map<string, Metadata[string]>();
  let characters = 0;
  for (const [name, value] of all) {
    const key = shortened(cleanLine(name), bounds.name);
    const said = typeof value === 'string' ? cleanText(value) : value;
    const short = typeof said === 'string' ? shortened(said, bounds.fieldValue) : said;
    const size = key.length + String(short).length;
    if (kept.size === bounds.fields || kept.has(key) || characters + size > bounds.metadata) continue;
    characters += size;
    kept.set(key, short);
    if (cleanLine(name).length > bounds.name) shortening.note(`/content/metadata/${key}`, name.length);
    if (typeof said === 'string') shortening.text(`/content/metadata/${key}`, said, bounds.fieldValue);
  }
  if (kept.size < all.length) shortening.note('/content/metadata', all.length);
  return Object.fromEntries(kept);
};

/** A file's name keeps its ending: it says what the file is. */
const shortFilename = (name: string): string => {
  const [ending = ''] = /\.\w{1,10}$/u.exec(name) ?? [];
  return name.length <= bounds.name ? name : `${shortened(name, bounds.name - ending.length)}${ending}`;
};

const boundedAttachments = (attachments: readonly Attachment[], shortening: Shortening): Attachment[] =>
  attachments.map(({ filename, mediaType, ...file }, at) => {
    const name = line(filename);
    if (name !== null && name.length > bounds.name) shortening.note(`/attachments/${at}/filename`, name.length);
    return {
      ...file,
      // What is longer is no media type (RFC 6838).
      mediaType: mediaType.length <= bounds.mediaType ? cleanLine(mediaType) : 'application/octet-stream',
      filename: name === null ? null : shortFilename(name),
    };
  });

/** What was sent, clean and no longer than an event may carry it, with a note of each part that was cut. What is short stays as it is. */
export const withinBounds = ({ contact, subject, text, metadata, attachments }: SentParts): BoundedParts => {
  const shortening = new Shortening();
  return {
    contact: boundedContact(contact, shortening),
    subject: shortening.text('/content/subject', subject === null ? null : cleanLine(subject), bounds.subject),
    text: shortening.text('/content/text', text === null ? null : cleanText(text), bounds.text),
    metadata: boundedMetadata(metadata, shortening),
    attachments: boundedAttachments(attachments, shortening),
    cut: shortening.cut,
  };
};
