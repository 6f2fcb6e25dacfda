import type { Playbook, SourceEdit } from '@sluice/policy';
import type { WrittenFault } from './written-playbook.ts';

/** A change of a value of a playbook, and where its author asked for it. */
export interface PlaybookEdit extends SourceEdit {
  /** JSON pointer into what was sent. */
  readonly sentPointer: string;
  /** The part of `path` that was asked for, where it is not all of it. */
  readonly changedPath?: readonly string[];
}

/** A fault of the playbook at the place where its author asked for the change; elsewhere only in words. */
export const faultOfEdit = (edits: readonly PlaybookEdit[], { pointer, detail }: WrittenFault): WrittenFault => {
  const edit = edits.find(({ path, changedPath = path }) => `${pointer}/`.startsWith(`/${changedPath.join('/')}/`));
  if (!edit) return { pointer: '', detail: `${pointer}: ${detail}` };
  const within = pointer.slice(`/${(edit.changedPath ?? edit.path).join('/')}`.length);
  return { pointer: `${edit.sentPointer}${within}`, detail };
};

/** What document 003 calls settings, under its own words. */
export interface AdminSettings {
  readonly booking_link: string | null;
  readonly booking_provider: string | null;
  readonly thresholds: { readonly review_below: number; readonly auto_send: number | null };
  /** hh:mm-hh:mm; null: none, or more than one stretch a day says. */
  readonly quiet_hours: string | null;
  readonly quiet_hours_zone: string | null;
}

export interface SettingsChange {
  readonly booking_link?: string | null | undefined;
  readonly booking_provider?: string | null | undefined;
  readonly thresholds?:
    { readonly review_below?: number | undefined; readonly auto_send?: number | null | undefined } | undefined;
  readonly quiet_hours?: string | null | undefined;
  readonly quiet_hours_zone?: string | undefined;
}

/** The calendar that the owner's short messages wait for: its own, so that no promise is counted by it. */
const CALENDAR = 'owner-sms';
const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
const [MIDNIGHT, END_OF_DAY] = ['00:00', '24:00'];

/** The rest of the day: quiet from 22:00 to 07:00 is open from 07:00 to 22:00, and back. */
const restOfDay = (span: string): string => {
  const [from = '', to = ''] = span.split('-');
  return `${to === END_OF_DAY ? MIDNIGHT : to}-${from === MIDNIGHT ? END_OF_DAY : from}`;
};

const calendarOf = ({ sinks, calendars }: Playbook) =>
  sinks.sms.within === null ? undefined : calendars[sinks.sms.within];

const quietHoursOf = (playbook: Playbook): string | null => {
  const calendar = calendarOf(playbook);
  const [open, ...others] = new Set(DAYS.map((day) => calendar?.week[day].join(' ') ?? ''));
  if (!open || others.length > 0 || open.includes(' ') || open === `${MIDNIGHT}-${END_OF_DAY}`) return null;
  return restOfDay(open);
};

export const settingsOf = (playbook: Playbook): AdminSettings => ({
  booking_link: playbook.sinks.booking.link,
  booking_provider: playbook.sinks.booking.provider,
  thresholds: { review_below: playbook.gates.reviewBelow, auto_send: playbook.gates.autoSend },
  quiet_hours: quietHoursOf(playbook),
  quiet_hours_zone: calendarOf(playbook)?.zone ?? null,
});

const edit = (path: readonly string[], value: unknown, sentPointer: string): readonly PlaybookEdit[] =>
  value === undefined ? [] : [{ path, value, sentPointer }];

const quietEdits = (
  playbook: Playbook,
  { quiet_hours: quiet, quiet_hours_zone: zone }: SettingsChange,
): readonly PlaybookEdit[] => {
  if (quiet === null) return edit(['sinks', 'sms', 'within'], null, '/quiet_hours');
  const known = playbook.calendars[CALENDAR];
  const zoned = edit(
    ['calendars', CALENDAR, 'zone'],
    zone ?? (known ? undefined : (calendarOf(playbook)?.zone ?? 'UTC')),
    '/quiet_hours_zone',
  );
  if (quiet === undefined) return zone === undefined ? [] : zoned;
  const open = restOfDay(quiet);
  return [
    ...edit(['calendars', CALENDAR, 'week'], Object.fromEntries(DAYS.map((day) => [day, [open]])), '/quiet_hours'),
    ...zoned,
    ...edit(['sinks', 'sms', 'within'], CALENDAR, '/quiet_hours'),
  ];
};

/** What is left out stays as it is. */
export const settingsEdits = (playbook: Playbook, change: SettingsChange): readonly PlaybookEdit[] => [
  ...edit(['sinks', 'booking', 'link'], change.booking_link, '/booking_link'),
  ...edit(['sinks', 'booking', 'provider'], change.booking_provider, '/booking_provider'),
  ...edit(['gates', 'reviewBelow'], change.thresholds?.review_below, '/thresholds/review_below'),
  ...edit(['gates', 'autoSend'], change.thresholds?.auto_send, '/thresholds/auto_send'),
  ...quietEdits(playbook, change),
];

export type Faq = Playbook['retrieval']['faqs'][number];
type Template = Playbook['acknowledgement']['templates'][string];
export type NamedTemplate = { readonly name: string } & Partial<Template>;

const FAQS = ['retrieval', 'faqs'];

export const faqsOf = ({ retrieval }: Playbook): readonly Faq[] => retrieval.faqs;

/** The whole list in place of the one that is there. */
export const faqsEdits = (faqs: readonly Faq[]): readonly PlaybookEdit[] => [
  { path: FAQS, value: faqs, sentPointer: '/faqs' },
];

/** The list as it becomes when one of it was sent. */
const listEdit = (faqs: readonly Faq[], id: string): readonly PlaybookEdit[] => [
  {
    path: FAQS,
    value: faqs,
    sentPointer: '',
    changedPath: [...FAQS, String(faqs.findLastIndex((one) => one.id === id))],
  },
];

/** A name that no other has, for a question that was sent without one. */
export const freeFaqId = (faqs: readonly Faq[]): string => {
  const taken = new Set(faqs.map(({ id }) => id));
  let number = faqs.length + 1;
  while (taken.has(`faq-${number}`)) number += 1;
  return `faq-${number}`;
};

export const addFaq = (faqs: readonly Faq[], faq: Faq): readonly PlaybookEdit[] => listEdit([...faqs, faq], faq.id);

/** Null when there is none of this id. */
export const changeFaq = (
  faqs: readonly Faq[],
  id: string,
  change: Partial<Omit<Faq, 'id'>>,
): readonly PlaybookEdit[] | null =>
  faqs.some((one) => one.id === id)
    ? listEdit(
        faqs.map((one) => (one.id === id ? { ...one, ...change } : one)),
        id,
      )
    : null;

/** Null when there is none of this id. */
export const removeFaq = (faqs: readonly Faq[], id: string): readonly PlaybookEdit[] | null =>
  faqs.some((one) => one.id === id) ? faqsEdits(faqs.filter((one) => one.id !== id)) : null;

export const templatesOf = ({ acknowledgement }: Playbook): readonly NamedTemplate[] =>
  Object.entries(acknowledgement.templates).map(([name, template]) => ({ name, ...template }));

/** A template as it is to be; what is left out of one that is there stays, and a new one is off until somebody says otherwise. */
export const templateEdits = (
  { acknowledgement }: Playbook,
  { name, ...template }: NamedTemplate,
): readonly PlaybookEdit[] => [
  {
    path: ['acknowledgement', 'templates', name],
    value: { enabled: false, ...acknowledgement.templates[name], ...template },
    sentPointer: '',
  },
];
