import { tokenBook, type TokenBook } from '@sluice/llm';
import { z } from 'zod';

/** Keeps books for the next process. `@sluice/cache` has one. */
export interface BookStore {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown, ttlSeconds: number): Promise<void>;
}

interface ConversationTokensOptions {
  readonly store: BookStore;
  /** One way, and the same in every process: a keyed hash under the brand's secret. */
  readonly digest: (identity: string) => string;
}

const entries = z.record(z.string(), z.int().positive());
/** Conversations with a message in work, and many more; the store has the others. */
const MAX_BOOKS = 5_000;
/** A thread that has rested for longer than this may begin with new tokens. */
const KEPT_SECONDS = 30 * 24 * 60 * 60;

/**
 * The token book of each conversation: in one thread a person has the same token in every message. Messages of one conversation
 * that are read at the same time share one book in memory, so that they can't give one token to two people; the store takes the
 * book along when another process goes on with the conversation.
 */
export const conversationTokens = ({ store, digest }: ConversationTokensOptions) => {
  const books = new Map<string, TokenBook>();

  const inMemory = (conversationId: string): TokenBook => {
    const book = books.get(conversationId) ?? tokenBook({ digest });
    books.delete(conversationId);
    books.set(conversationId, book);
    const oldest = books.keys().next();
    if (books.size > MAX_BOOKS && !oldest.done) books.delete(oldest.value);
    return book;
  };

  return {
    async open(conversationId: string): Promise<TokenBook> {
      const kept = entries.safeParse(await store.get(conversationId));
      const book = inMemory(conversationId);
      if (kept.success) book.learn(kept.data);
      return book;
    },
    async keep(conversationId: string, book: TokenBook): Promise<void> {
      const given = book.entries();
      if (Object.keys(given).length > 0) await store.set(conversationId, given, KEPT_SECONDS);
    },
  };
};
export type ConversationTokens = ReturnType<typeof conversationTokens>;
