import { describe, expect, it } from 'vitest';
import { isFromSlack, readClick } from './read-click.ts';

describe('a request that says it is from Slack', () => {
  // The example of Slack's own page.
  const signingSecret = '8f742231b10e8888abcd99yyyzzz85a5';
  const nowSeconds = 1_531_420_618;
  const request = {
    timestamp: '1531420618',
    signature: 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    rawBody:
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
  };

  it('is, by its signature', () => {
    expect(isFromSlack(request, { signingSecret, nowSeconds })).toBe(true);
  });

  it.each([
    ['another body', { ...request, rawBody: `${request.rawBody}&x=1` }, nowSeconds],
    ['another secret’s signature', { ...request, signature: `v0=${'0'.repeat(64)}` }, nowSeconds],
    ['no signature', { ...request, signature: '' }, nowSeconds],
    ['no timestamp', { ...request, timestamp: '' }, nowSeconds],
    ['a timestamp of old', request, nowSeconds + 301],
  ])('is not, with %s', (_what, given, now) => {
    expect(isFromSlack(given, { signingSecret, nowSeconds: now })).toBe(false);
  });
});

describe('a click', () => {
  const INQUIRY = '11111111-1111-4111-8111-111111111111';
  const payload = {
    type: 'block_actions',
    user: { id: 'U1' },
    response_url: 'https://hooks.slack.com/actions/1',
    message: { blocks: [{ type: 'header' }] },
    actions: [{ action_id: 'claim', value: INQUIRY }],
  };
  const bodyOf = (given: unknown) => new URLSearchParams({ payload: JSON.stringify(given) }).toString();

  it('says who wants what of which inquiry', () => {
    expect(readClick(bodyOf(payload))).toEqual({
      action: 'claim',
      inquiryId: INQUIRY,
      user: 'U1',
      responseUrl: 'https://hooks.slack.com/actions/1',
      blocks: [{ type: 'header' }],
    });
  });

  it.each([
    ['another kind', { ...payload, type: 'view_submission' }],
    ['a button of somebody else’s', { ...payload, actions: [{ action_id: 'vote', value: INQUIRY }] }],
    ['no inquiry', { ...payload, actions: [{ action_id: 'claim', value: 'x' }] }],
    ['no button', { ...payload, actions: [] }],
  ])('is none with %s', (_what, given) => {
    expect(readClick(bodyOf(given))).toBeNull();
    expect(readClick('payload=%7B')).toBeNull();
    expect(readClick('')).toBeNull();
  });
});
