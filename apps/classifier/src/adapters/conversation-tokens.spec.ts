import { memoryCache } from '@sluice/cache';
import { describe, expect, it } from 'vitest';
import { conversationTokens } from './conversation-tokens.ts';

const digest = (identity: string): string => `#${identity}`;
const ana = { kind: 'EMAIL', identity: 'ana' } as const;
const bob = { kind: 'EMAIL', identity: 'bob' } as const;

describe('the tokens of a conversation', () => {
  it('go on in another process', async () => {
    const store = memoryCache();
    const here = conversationTokens({ store, digest });
    const book = await here.open('one');
    book.tokenOf(ana);
    await here.keep('one', book);
    const there = await conversationTokens({ store, digest }).open('one');
    expect([there.tokenOf(bob), there.tokenOf(ana)]).toEqual(['[EMAIL_2]', '[EMAIL_1]']);
  });

  it('are not shared with another conversation', async () => {
    const tokens = conversationTokens({ store: memoryCache(), digest });
    (await tokens.open('one')).tokenOf(ana);
    expect((await tokens.open('other')).tokenOf(bob)).toBe('[EMAIL_1]');
  });

  it('never stand for two people, however many messages are read at once', async () => {
    const tokens = conversationTokens({ store: memoryCache(), digest });
    const given = await Promise.all(
      Array.from({ length: 20 }, async (_, n) => {
        const book = await tokens.open('one');
        const token = book.tokenOf({ kind: 'EMAIL', identity: `person-${n}` });
        await tokens.keep('one', book);
        return token;
      }),
    );
    expect(new Set(given).size).toBe(20);
  });

  it.each([null, 'nonsense', { EMAIL: 'x' }, { 'EMAIL:#ana': -1 }])(
    'begin anew when what was kept is %o',
    async (kept) => {
      const store = memoryCache();
      await store.set('one', kept, 60);
      expect((await conversationTokens({ store, digest }).open('one')).tokenOf(ana)).toBe('[EMAIL_1]');
    },
  );
});
