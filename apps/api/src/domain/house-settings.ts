import type { Playbook, SourceEdit } from '@sluice/policy';
import type { WrittenFault } from './written-playbook.ts';

/** An edit, and where its author said it. */
export interface HouseEdit extends SourceEdit {
  /** JSON pointer into what was sent. */
  readonly said: string;
  /** What of the playbook stands there, where it is not all of `path`. */
  readonly stands?: readonly string[];
}

/** A fault of the playbook at the place where its author said it; elsewhere only in words. */
export const placeOfEdit = (edits: readonly HouseEdit[], { pointer, detail }: WrittenFault): WrittenFault => {
  const edit = edits.find(({ path, stands = path }) => `${pointer}/`.startsWith(`/${stands.join('/')}/`));
  if (!edit) return { pointer: '', detail: `${pointer}: ${detail}` };
  return { pointer: `${edit.said}${pointer.slice(`/${(edit.stands ?? edit.path).join('/')}`.length)}`, detail };
};

/** What document 003 calls settings, under its own words. */
export interface HouseSettings {
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

export const settingsOf = (playbook: Playbook): HouseSettings => ({
  booking_link: playbook.sinks.booking.link,
  booking_provider: playbook.sinks.booking.provider,
  thresholds: { review_below: playbook.gates.reviewBelow, auto_send: playbook.gates.autoSend },
  quiet_hours: quietHoursOf(playbook),
  quiet_hours_zone: calendarOf(playbook)?.zone ?? null,
});

const said = (path: readonly string[], value: unknown, pointer: string): readonly HouseEdit[] =>
  value === undefined ? [] : [{ path, value, said: pointer }];

const quietEdits = (
  playbook: Playbook,
  { quiet_hours: quiet, quiet_hours_zone: zone }: SettingsChange,
): readonly HouseEdit[] => {
  if (quiet === null) return said(['sinks', 'sms', 'within'], null, '/quiet_hours');
  const known = playbook.calendars[CALENDAR];
  const zoned = said(
    ['calendars', CALENDAR, 'zone'],
    zone ?? (known ? undefined : (calendarOf(playbook)?.zone ?? 'UTC')),
    '/quiet_hours_zone',
  );
  if (quiet === undefined) return zone === undefined ? [] : zoned;
  const open = restOfDay(quiet);
  return [
    ...said(['calendars', CALENDAR, 'week'], Object.fromEntries(DAYS.map((day) => [day, [open]])), '/quiet_hours'),
    ...zoned,
    ...said(['sinks', 'sms', 'within'], CALENDAR, '/quiet_hours'),
  ];
};

/** What is left out stays as it is. */
export const settingsEdits = (playbook: Playbook, change: SettingsChange): readonly HouseEdit[] => [
  ...said(['sinks', 'booking', 'link'], change.booking_link, '/booking_link'),
  ...said(['sinks', 'booking', 'provider'], change.booking_provider, '/booking_provider'),
  ...said(['gates', 'reviewBelow'], change.thresholds?.review_below, '/thresholds/review_below'),
  ...said(['gates', 'autoSend'], change.thresholds?.auto_send, '/thresholds/auto_send'),
  ...quietEdits(playbook, change),
];
