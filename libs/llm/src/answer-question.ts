import { readAnswer } from './answer-format.ts';
import { costOf, type DailyBudget } from './daily-budget.ts';
import { traced } from './gen-ai-telemetry.ts';
import type { ChatAnswer, ChatRequest, ChatServer } from './ports/chat-server.port.ts';
import type { Question, Reading, UnavailableBecause, UnreadableBecause, Usage } from './ports/language-model.port.ts';
import { repairOf } from './prompt.ts';
import type { Sender } from './send-with-retries.ts';

export interface Answering {
  readonly server: ChatServer;
  readonly sender: Sender;
  readonly budget: DailyBudget;
}

interface Asking<Answer> {
  readonly question: Question<Answer>;
  readonly request: ChatRequest;
  readonly promptHash: string;
  readonly signal: AbortSignal;
}

type Round = ChatAnswer | { readonly kind: 'failed'; readonly because: UnavailableBecause };

const usageOf = ({ question, promptHash }: Pick<Asking<unknown>, 'question' | 'promptHash'>): Usage => ({
  model: question.model,
  promptHash,
  cached: false,
  repaired: false,
  attempts: 0,
  inputTokens: 0,
  outputTokens: 0,
  costUsd: 0,
});

const withAnswer = (usage: Usage, answer: ChatAnswer, question: Question<unknown>): Usage => ({
  ...usage,
  model: answer.model || question.model,
  inputTokens: usage.inputTokens + answer.inputTokens,
  outputTokens: usage.outputTokens + answer.outputTokens,
  costUsd: usage.costUsd + costOf(question.limits.price, answer),
});

/** Why an answer is not worth mending: the model declined, or ran out of room. Null when it may be. */
const hopeless = ({ refusal, finishReason }: ChatAnswer): UnreadableBecause | null => {
  if (refusal !== null || finishReason === 'content_filter') return 'refused';
  return finishReason === 'length' ? 'truncated' : null;
};

/** Asks once, lets the model mend a wrong answer once, then gives up. The tokens of every round are counted. */
export const answerQuestion = async <Answer>(
  asking: Asking<Answer>,
  { server, sender, budget }: Answering,
): Promise<Reading<Answer>> => {
  const { question, signal } = asking;
  const { timeoutMs } = question.limits;
  const deadline = performance.now() + timeoutMs;
  let usage = usageOf(asking);

  const ask = async (request: ChatRequest): Promise<Round> => {
    const reservation = await budget.reserve(request, question.limits);
    if (!reservation) return { kind: 'failed', because: 'budget' };
    const before = usage.costUsd;
    const send = (tryTimeoutMs: number) => {
      usage = { ...usage, attempts: usage.attempts + 1 };
      return traced({ question, request, address: server.address }, () =>
        server.complete(request, { signal, timeoutMs: tryTimeoutMs }),
      );
    };
    try {
      const result = await sender.send({ model: question.model, signal, deadline, tryMs: timeoutMs / 2, send });
      if (result.kind === 'answered') usage = withAnswer(usage, result, question);
      return result;
    } finally {
      await reservation.settle(usage.costUsd - before);
    }
  };

  const judge = async (request: ChatRequest, repair: boolean): Promise<Reading<Answer>> => {
    const round = await ask(request);
    if (round.kind === 'failed') return { kind: 'unavailable', because: round.because, usage };
    const because = hopeless(round);
    const checked = readAnswer(question.schema, round.text, { isCutOff: because === 'truncated' });
    if (checked.valid && because !== 'refused') return { kind: 'understood', answer: checked.answer, usage };
    if (because !== null || checked.valid || !repair)
      return { kind: 'unreadable', because: because ?? 'invalid', usage };
    usage = { ...usage, repaired: true };
    return judge(repairOf(request, { wrong: round.text, error: checked.error }), false);
  };
  return judge(asking.request, true);
};
