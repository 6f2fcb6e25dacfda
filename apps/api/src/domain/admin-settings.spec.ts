import { editSource, parsePlaybook, type Playbook } from '@sluice/policy';
import { aDocument } from '@sluice/policy/testing';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { faultOfEdit, settingsEdits, settingsOf, type SettingsChange } from './admin-settings.ts';

const plain = parsePlaybook(aDocument());
const changed = (playbook: Playbook, change: SettingsChange): Playbook =>
  parsePlaybook(parse(editSource(JSON.stringify(playbook), settingsEdits(playbook, change))));

describe('settings', () => {
  it('are read from the playbook, under the words of the document', () => {
    expect(settingsOf(plain)).toEqual({
      booking_link: null,
      booking_provider: null,
      thresholds: { review_below: 0.5, auto_send: null },
      quiet_hours: null,
      quiet_hours_zone: null,
    });
  });

  it.each(['22:00-07:00', '00:00-06:00', '13:00-14:00', '20:00-24:00'])(
    'quiet from %s is open for the rest of the day, and back',
    (quiet) => {
      expect(settingsOf(changed(plain, { quiet_hours: quiet, quiet_hours_zone: 'Europe/Berlin' }))).toMatchObject({
        quiet_hours: quiet,
        quiet_hours_zone: 'Europe/Berlin',
      });
    },
  );

  it('leave another calendar alone, and can be taken away', () => {
    const week = Object.fromEntries(
      ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'].map((day) => [
        day,
        ['09:00-17:00'],
      ]),
    );
    const own = parsePlaybook(
      aDocument({
        calendars: { office: { zone: 'Europe/Paris', week } },
        sinks: { sms: { mode: 'off', within: 'office' } },
      }),
    );
    const quiet = changed(own, { quiet_hours: '22:00-07:00' });
    expect(quiet.calendars['office']).toEqual(own.calendars['office']);
    expect(settingsOf(quiet)).toMatchObject({ quiet_hours: '22:00-07:00', quiet_hours_zone: 'Europe/Paris' });
    expect(settingsOf(changed(quiet, { quiet_hours: null }))).toMatchObject({ quiet_hours: null });
  });

  it('change what is said and nothing else', () => {
    expect(settingsOf(changed(plain, { thresholds: { auto_send: 0.8 } }))).toEqual({
      ...settingsOf(plain),
      thresholds: { review_below: 0.5, auto_send: 0.8 },
    });
    expect(changed(plain, {})).toEqual(plain);
  });

  it('are told their mistakes where they were said', () => {
    const edits = settingsEdits(plain, { booking_link: 'x' });
    expect(faultOfEdit(edits, { pointer: '/sinks/booking/link', detail: 'no' })).toEqual({
      pointer: '/booking_link',
      detail: 'no',
    });
    expect(faultOfEdit(edits, { pointer: '/routes/0', detail: 'no' })).toEqual({
      pointer: '',
      detail: '/routes/0: no',
    });
  });
});
