import type { Playbook } from '../playbook.ts';
import { alwaysOpen, type Calendar } from '../schema/calendar.ts';

/** A calendar of a playbook by its name; its parser saw to it that there is one. @throws Error where there is none */
export const namedCalendar = ({ calendars }: Pick<Playbook, 'calendars'>, name: string): Calendar => {
  const calendar = calendars[name] ?? (name === 'always' ? alwaysOpen : undefined);
  if (!calendar) throw new Error(`reading a calendar: the playbook has no "${name}"`);
  return calendar;
};
