/** What a form of a document says, in the fields of `/v1`. */
export interface LeadForm {
  readonly contact: Readonly<Record<string, string>>;
  readonly subject: string | null;
  readonly text: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** What may name the event, the message or the thread, by the words of a playbook's `sources`. */
  readonly ids: Readonly<Record<string, string>>;
  /** The sender's own name of a field, by its place in `/v1`. */
  readonly names: ReadonlyMap<string, string>;
}

type Fields = Readonly<Record<string, unknown>>;

/** Names that the documents, form builders and exports use, letters only, and where they stand in `/v1`. */
const PLACES: Readonly<Record<string, string>> = {
  email: 'contact/email',
  emailaddress: 'contact/email',
  contactemail: 'contact/email',
  workemail: 'contact/email',
  name: 'contact/name',
  fullname: 'contact/name',
  contactname: 'contact/name',
  firstname: 'first/name',
  lastname: 'last/name',
  surname: 'last/name',
  phone: 'contact/phone',
  phonenumber: 'contact/phone',
  contactphone: 'contact/phone',
  mobile: 'contact/phone',
  title: 'contact/title',
  jobtitle: 'contact/title',
  position: 'contact/title',
  company: 'contact/company',
  companyname: 'contact/company',
  organization: 'contact/company',
  organisation: 'contact/company',
  website: 'contact/website',
  companywebsite: 'contact/website',
  country: 'contact/country',
  subject: 'subject',
  message: 'text',
  text: 'text',
  freetext: 'text',
  comments: 'text',
  body: 'text',
  eventid: 'ids/event_id',
  leadid: 'ids/event_id',
  externalid: 'ids/external_id',
  entryid: 'ids/external_id',
  messageid: 'ids/message_id',
  threadid: 'ids/thread_id',
  sourceid: 'ids/source_id',
  ts: 'ids/ts',
  sourcets: 'ids/ts',
};

const lettersOf = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/gu, '');
const isScalar = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value);
const isFilled = (value: unknown): boolean =>
  value !== null && value !== undefined && !(typeof value === 'string' && value.trim() === '');
const asFields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

/** What no field takes is kept under its own name; a structure as its JSON, or a word for one that is too deep for any. */
const keptAs = (value: unknown): unknown => {
  if (isScalar(value)) return value;
  try {
    return JSON.stringify(value);
  } catch {
    return '[too deep]';
  }
};

/** Reads a form, whatever its fields are called. The first of two fields with one meaning has the place, the other is kept as metadata. */
export const readLeadForm = ({ metadata: nested, ...fields }: Fields): LeadForm => {
  const taken = new Map<string, string>();
  const names = new Map<string, string>();
  const metadata = new Map<string, unknown>(
    Object.entries(asFields(nested)).map(([name, value]) => [name, value === null ? null : keptAs(value)]),
  );
  for (const [name, value] of Object.entries(fields)) {
    const place = PLACES[lettersOf(name)];
    const fits = place !== undefined && isScalar(value) && !taken.has(place);
    if (fits && isFilled(value)) {
      taken.set(place, String(value).trim());
      names.set(`/${place}`, name);
    } else if (isFilled(value)) {
      metadata.set(name, keptAs(value));
      names.set(`/metadata/${name}`, name);
    }
  }
  const under = (folder: string) =>
    Object.fromEntries(
      [...taken].flatMap(([place, value]) =>
        place.startsWith(`${folder}/`) ? [[place.slice(folder.length + 1), value] as const] : [],
      ),
    );
  const name =
    taken.get('contact/name') ?? ([taken.get('first/name'), taken.get('last/name')].filter(Boolean).join(' ') || null);
  return {
    contact: { ...under('contact'), ...(name === null ? {} : { name }) },
    subject: taken.get('subject') ?? null,
    text: taken.get('text') ?? '',
    metadata: Object.fromEntries(metadata),
    ids: under('ids'),
    names,
  };
};
