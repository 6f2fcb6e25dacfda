import { describe, expect, it } from 'vitest';
import { readNotifierConfig } from './config.ts';
import { connectorsOf, leaseMsOf, missingNotes, waitingNote } from './sinks.ts';

const given = {
  SLUICE_KAFKA_BROKERS: 'a:1',
  SLUICE_REGISTRY_URL: 'http://registry.example/api',
  SLUICE_POSTGRES_URL: 'postgres://u@h/d',
};

describe('the sinks of a deployment', () => {
  it('are those it has credentials for; what is missing for the others is said', async () => {
    const none = await connectorsOf(readNotifierConfig(given));
    expect(missingNotes(none)).toMatchObject({
      'slack.message': expect.stringContaining('SLUICE_SLACK_TOKEN') as unknown,
      'webhook.delivery': expect.stringContaining('SLUICE_WEBHOOK_SECRET') as unknown,
      'mail.reply': expect.stringContaining('SLUICE_SMTP_URL and SLUICE_MAIL_FROM') as unknown,
    });
    const slackOnly = await connectorsOf(
      readNotifierConfig({ ...given, SLUICE_SLACK_TOKEN: 'xoxb-1', SLUICE_WEBHOOK_URL: 'http://crm.example/' }),
    );
    expect(slackOnly.map(({ kind }) => kind)).toEqual(['slack.message']);
    expect(Object.keys(missingNotes(slackOnly))).toEqual(Object.keys(missingNotes(none)).slice(1));
    const mail = { SLUICE_SMTP_URL: 'smtp://u:p@mail.example:587', SLUICE_MAIL_FROM: 'Acme <hello@acme.example>' };
    const mailOnly = await connectorsOf(readNotifierConfig({ ...given, ...mail }));
    expect(mailOnly.map(({ kind, provider }) => [kind, provider])).toEqual([['mail.reply', 'smtp']]);
  });

  it('are leased for longer than any of their calls may take', async () => {
    const connectors = await connectorsOf(
      readNotifierConfig({ ...given, SLUICE_SLACK_TOKEN: 'xoxb-1', SLUICE_SINK_TIMEOUT_MS: '7000' }),
    );
    expect(leaseMsOf(connectors)).toBeGreaterThan(Math.max(...connectors.map(({ timeoutMs }) => timeoutMs)) + 5_000);
  });
});

describe('what waits', () => {
  const lane = (name: string, reason: string | null) => ({
    lane: `slack.message/${name}`,
    kind: 'slack.message',
    effects: 5,
    oldestMs: 0,
    waiting: reason === null ? null : { effects: 3, reason },
  });

  it('is said by lane and reason, a few of them', () => {
    expect(waitingNote([lane('a', null)])).toBe('none');
    expect(waitingNote([lane('a', 'channel_not_found'), lane('b', null)])).toBe(
      '3 of slack.message/a: channel_not_found',
    );
    expect(waitingNote(Array.from({ length: 12 }, (_, n) => lane(`${n}`, 'http-503')))).toMatch(/; and 2 more lanes$/);
  });
});
