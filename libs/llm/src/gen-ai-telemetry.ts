import { metrics, SpanKind, SpanStatusCode, trace, type Attributes, type Span } from '@opentelemetry/api';
import type { ChatRequest, ChatResult, ChatServer } from './ports/chat-server.port.ts';
import type { Question, Reading } from './ports/language-model.port.ts';

const tracer = trace.getTracer('sluice.llm');

/** Bucket bounds of the gen_ai conventions, last in-core shape (1.41). */
const TOKEN_BOUNDS = Array.from({ length: 14 }, (_, power) => 4 ** power);
const SECOND_BOUNDS = Array.from({ length: 14 }, (_, power) => 0.01 * 2 ** power);

const makeInstruments = () => {
  const meter = metrics.getMeter('sluice.llm');
  return {
    tokenUsage: meter.createHistogram('gen_ai.client.token.usage', {
      unit: '{token}',
      description: 'Tokens per request, by type.',
      advice: { explicitBucketBoundaries: TOKEN_BOUNDS },
    }),
    operationDuration: meter.createHistogram('gen_ai.client.operation.duration', {
      unit: 's',
      description: 'Time of one request to the model server.',
      advice: { explicitBucketBoundaries: SECOND_BOUNDS },
    }),
    tokens: meter.createCounter('sluice_llm_tokens_total', {
      description: 'Tokens used, by stage, tier and direction.',
    }),
    cost: meter.createCounter('sluice_llm_cost_usd_total', { description: 'US dollars spent on models.' }),
    latency: meter.createHistogram('sluice_llm_latency_seconds', {
      unit: 's',
      description: 'Time of a whole answer, retries and repair included.',
      advice: { explicitBucketBoundaries: SECOND_BOUNDS },
    }),
    answers: meter.createCounter('sluice_llm_answers_total', { description: 'Questions by what came of them.' }),
    degraded: meter.createCounter('sluice_degrade_total', {
      description: 'Steps that went on without a helper, by reason.',
    }),
    remaining: meter.createGauge('sluice_budget_remaining_usd', {
      description: "What is left of the day's model budget, by scope.",
    }),
  };
};

let made: ReturnType<typeof makeInstruments> | undefined;
/** Made at first use: a meter that is asked for before the SDK has started never records anything. */
const instruments = (): ReturnType<typeof makeInstruments> => (made ??= makeInstruments());

interface Asked {
  readonly question: Question<unknown>;
  readonly request: ChatRequest;
  readonly address: ChatServer['address'];
}

const requestAttributes = ({ question, request, address }: Asked): Attributes => ({
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': request.model,
  'gen_ai.request.max_tokens': request.maxOutputTokens,
  'gen_ai.request.temperature': request.temperature,
  'gen_ai.output.type': 'json',
  ...(question.conversationId === undefined ? {} : { 'gen_ai.conversation.id': question.conversationId }),
  'server.address': address.host,
  'server.port': address.port,
});

const noteResult = (span: Span, result: ChatResult): void => {
  if (result.kind === 'failed') {
    span.setAttribute('error.type', result.because).setStatus({ code: SpanStatusCode.ERROR, message: result.because });
    return;
  }
  span.setAttributes({
    'gen_ai.response.id': result.id,
    'gen_ai.response.model': result.model,
    'gen_ai.response.finish_reasons': [result.finishReason],
    'gen_ai.usage.input_tokens': result.inputTokens,
    'gen_ai.usage.output_tokens': result.outputTokens,
    'gen_ai.usage.cache_read.input_tokens': result.cachedInputTokens,
    'gen_ai.usage.reasoning.output_tokens': result.reasoningTokens,
  });
};

const measure = ({ request, address }: Asked, result: ChatResult, seconds: number): void => {
  const labels: Attributes = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': request.model,
    'server.address': address.host,
    'server.port': address.port,
  };
  const { operationDuration, tokenUsage } = instruments();
  operationDuration.record(seconds, result.kind === 'failed' ? { ...labels, 'error.type': result.because } : labels);
  if (result.kind === 'failed') return;
  tokenUsage.record(result.inputTokens, { ...labels, 'gen_ai.token.type': 'input' });
  tokenUsage.record(result.outputTokens, { ...labels, 'gen_ai.token.type': 'output' });
};

/** One request to the model server as a `chat {model}` span. What was said stays out of it. */
export const traced = (asked: Asked, send: () => Promise<ChatResult>): Promise<ChatResult> =>
  tracer.startActiveSpan(
    `chat ${asked.request.model}`,
    { kind: SpanKind.CLIENT, attributes: requestAttributes(asked) },
    async (span) => {
      const startedAt = performance.now();
      try {
        const result = await send();
        noteResult(span, result);
        measure(asked, result, (performance.now() - startedAt) / 1000);
        return result;
      } catch (error) {
        span.setAttribute('error.type', 'aborted').setStatus({ code: SpanStatusCode.ERROR, message: 'aborted' });
        throw error;
      } finally {
        span.end();
      }
    },
  );

/** One whole answer, by stage and tier. */
export const counted = (question: Question<unknown>, reading: Reading<unknown>, tookMs: number): void => {
  const labels = { stage: question.stage, model_tier: question.tier };
  const { usage } = reading;
  const { latency, tokens, cost, answers, degraded } = instruments();
  if (!usage.cached) latency.record(tookMs / 1000, labels);
  tokens.add(usage.inputTokens, { ...labels, dir: 'input' });
  tokens.add(usage.outputTokens, { ...labels, dir: 'output' });
  cost.add(usage.costUsd, labels);
  const because = reading.kind === 'understood' ? 'none' : reading.because;
  answers.add(1, { ...labels, result: reading.kind, because, cached: usage.cached, repaired: usage.repaired });
  if (reading.kind !== 'understood') degraded.add(1, { step: question.stage, because });
};

export const budgetLeft = (scope: string, usd: number): void =>
  instruments().remaining.record(Math.max(0, usd), { scope });
