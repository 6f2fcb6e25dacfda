import { describe, expect, it } from 'vitest';
import { readNotifierConfig } from './config.ts';

const given = {
  SLUICE_KAFKA_BROKERS: 'a:1',
  SLUICE_REGISTRY_URL: 'http://registry.example/api',
  SLUICE_POSTGRES_URL: 'postgres://u@h/d',
};

describe('the notifier’s environment', () => {
  it('is complete with the servers alone, and then acts on nothing', () => {
    const config = readNotifierConfig(given);
    expect(config).toMatchObject({
      SLUICE_EFFECT_MODE: 'live',
      SLUICE_SINK_TRIES: 4,
      SLUICE_WEBHOOK_PUBLIC_ONLY: false,
    });
    expect([config.SLUICE_SLACK_TOKEN, config.SLUICE_WEBHOOK_SECRET]).toEqual([undefined, undefined]);
  });

  it('shows no secret', () => {
    const config = readNotifierConfig({
      ...given,
      SLUICE_SLACK_TOKEN: 'xoxb-very-secret',
      SLUICE_WEBHOOK_SECRET: 'whsec_verysecret',
    });
    expect(JSON.stringify(config)).not.toMatch(/very-?secret/);
    expect(String(config.SLUICE_SLACK_TOKEN)).toBe('[redacted]');
  });

  it('names every fault at once', () => {
    expect(() => readNotifierConfig({ SLUICE_EFFECT_MODE: 'wild', SLUICE_SINK_TRIES: '0' })).toThrow(
      /SLUICE_KAFKA_BROKERS[\s\S]*SLUICE_EFFECT_MODE[\s\S]*SLUICE_SINK_TRIES/,
    );
  });

  it.each([
    [
      'a mail server that is no address',
      { SLUICE_SMTP_URL: 'mail.example' },
      /SLUICE_SMTP_URL: is no address such as smtp:/,
    ],
    [
      'a provider of which half is missing',
      { SLUICE_ZENDESK_TOKEN: 'very-secret' },
      /SLUICE_ZENDESK_URL: is missing, and other settings of zendesk are there\n.*SLUICE_ZENDESK_EMAIL/,
    ],
    [
      'a sandbox of which half is missing',
      { SLUICE_TWILIO_SANDBOX_SID: 'AC1' },
      /SLUICE_TWILIO_SANDBOX_TOKEN: is missing/,
    ],
  ])('names %s, and shows no value', (_case, wrong, says) => {
    const reading = () => readNotifierConfig({ ...given, ...wrong });
    expect(reading).toThrow(says);
    expect(reading).not.toThrow(/very-secret/);
  });

  it('hides the secrets of providers too', () => {
    const config = readNotifierConfig({ ...given, SLUICE_HUBSPOT_TOKEN: 'pat-very-secret' });
    expect(JSON.stringify(config)).not.toContain('very-secret');
    expect(config['SLUICE_HUBSPOT_URL']).toBe('https://api.hubapi.com');
  });
});
