import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Desk, Simulator } from '../desk/desk.ts';
import { refuseControl } from '../desk/problem.ts';
import { answerPrompt, type Answered, type Prompt } from './answer-prompt.ts';
import { chatRequest, responsesRequest } from './request-bodies.ts';
import { createSeededAnswers, seedRequest } from './seeded-answers.ts';

const MODELS = ['sluice-sim-small', 'sluice-sim-large'];

/** Refuses as the real one does: 400 and an error object. */
const refuse = (reply: FastifyReply, error: z.ZodError) =>
  reply.code(400).send({
    error: {
      message: error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
      type: 'invalid_request_error',
      param: null,
      code: null,
    },
  });

const nowSeconds = (): number => Math.floor(Date.now() / 1_000);

const asCompletion = ({ model }: Prompt, answered: Answered) => ({
  id: `chatcmpl-${answered.id}`,
  object: 'chat.completion',
  created: nowSeconds(),
  model,
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: answered.text, refusal: answered.refusal },
      logprobs: null,
      finish_reason: answered.finishReason,
    },
  ],
  usage: {
    prompt_tokens: answered.inputTokens,
    completion_tokens: answered.outputTokens,
    total_tokens: answered.inputTokens + answered.outputTokens,
    prompt_tokens_details: { cached_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0 },
  },
});

const saidIn = ({ text, refusal }: Answered) =>
  refusal === null ? { type: 'output_text', text: text ?? '', annotations: [] } : { type: 'refusal', refusal };

const asResponse = ({ model }: Prompt, answered: Answered) => ({
  id: `resp_${answered.id}`,
  object: 'response',
  created_at: nowSeconds(),
  model,
  status: answered.finishReason === 'stop' ? 'completed' : 'incomplete',
  incomplete_details:
    answered.finishReason === 'stop'
      ? null
      : { reason: answered.finishReason === 'length' ? 'max_output_tokens' : 'content_filter' },
  error: null,
  output: [
    { id: `msg_${answered.id}`, type: 'message', role: 'assistant', status: 'completed', content: [saidIn(answered)] },
  ],
  usage: {
    input_tokens: answered.inputTokens,
    output_tokens: answered.outputTokens,
    total_tokens: answered.inputTokens + answered.outputTokens,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens_details: { reasoning_tokens: 0 },
  },
});

/** An OpenAI-compatible server whose answers are seeded, or read from the prompt by counting words. Wants no key. */
export const openAiSimulator = (): Simulator => {
  const seeded = createSeededAnswers();

  const handler =
    (
      desk: Desk,
      api: { readonly request: z.ZodType<Prompt>; readonly answer: (prompt: Prompt, answered: Answered) => object },
    ) =>
    async (request: FastifyRequest, reply: FastifyReply) => {
      const prompt = api.request.safeParse(request.body);
      if (!prompt.success) return refuse(reply, prompt.error);
      const answered = answerPrompt(prompt.data, seeded);
      desk.applied(request, answered.key);
      return api.answer(prompt.data, answered);
    };

  return {
    name: 'openai',
    routes(app, desk) {
      app.get('/v1/models', async () => ({
        object: 'list',
        data: MODELS.map((id) => ({ id, object: 'model', created: 0, owned_by: 'sluice' })),
      }));
      app.post('/v1/chat/completions', handler(desk, { request: chatRequest, answer: asCompletion }));
      app.post('/v1/responses', handler(desk, { request: responsesRequest, answer: asResponse }));
    },
    controls(app) {
      app.post('/answers', async (request, reply) => {
        const wanted = seedRequest.safeParse(request.body);
        if (!wanted.success) return refuseControl(reply, wanted.error);
        seeded.seed(wanted.data.ref, wanted.data.answers);
        return { ref: wanted.data.ref, answers: wanted.data.answers.length };
      });
      app.delete('/answers', async (_request, reply) => {
        seeded.clear();
        return reply.code(204).send();
      });
    },
  };
};
