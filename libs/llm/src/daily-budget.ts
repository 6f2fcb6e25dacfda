import type { Clock } from '@sluice/kernel';
import { budgetLeft } from './gen-ai-telemetry.ts';
import type { ChatRequest } from './ports/chat-server.port.ts';
import type { Price, QuestionLimits } from './ports/language-model.port.ts';
import type { SpendCounter } from './ports/stores.port.ts';

/** Longer than a UTC day, so that a sum outlives the day it counts, whatever the servers' clocks say. */
const KEPT_SECONDS = 2 * 24 * 60 * 60;
/** Few tokenizers make more tokens than this of plain text: an estimate errs on the dear side. */
const CHARACTERS_PER_TOKEN = 3;
const MILLION = 1_000_000;

export const costOf = (price: Price, tokens: { readonly inputTokens: number; readonly outputTokens: number }): number =>
  (tokens.inputTokens * price.inputPerMillionUsd + tokens.outputTokens * price.outputPerMillionUsd) / MILLION;

const atMost = (request: ChatRequest, price: Price): number => {
  const characters = request.messages.reduce((sum, { content }) => sum + content.length, 0);
  return costOf(price, {
    inputTokens: Math.ceil(characters / CHARACTERS_PER_TOKEN),
    outputTokens: request.maxOutputTokens,
  });
};

export interface Reservation {
  /** Replaces the reserved sum by what it really cost. */
  settle(costUsd: number): Promise<void>;
}

/**
 * Money for one UTC day, shared by all replicas. The most a request can cost is taken before it is sent and corrected by its
 * `usage` afterwards, so that many requests at once don't overspend together. A request that fails gives all of it back.
 */
export const dailyBudget = (spent: SpendCounter, clock: Clock) => ({
  /** Null when today's budget doesn't cover the request. */
  async reserve(request: ChatRequest, { budget, price }: QuestionLimits): Promise<Reservation | null> {
    const key = `${budget.scope}:${clock.now().slice(0, 10)}`;
    const most = atMost(request, price);
    const sum = await spent.add(key, most, KEPT_SECONDS);
    if (sum > budget.dailyUsd) {
      await spent.add(key, -most, KEPT_SECONDS);
      budgetLeft(budget.scope, budget.dailyUsd - (sum - most));
      return null;
    }
    return {
      async settle(costUsd) {
        const now = await spent.add(key, costUsd - most, KEPT_SECONDS);
        budgetLeft(budget.scope, budget.dailyUsd - now);
      },
    };
  },
});
export type DailyBudget = ReturnType<typeof dailyBudget>;
