import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSimulators, type RunningSimulators } from '../start-simulators.ts';

let simulators: RunningSimulators;
beforeAll(async () => {
  simulators = await startSimulators();
});
afterAll(() => simulators.close());

const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['category', 'urgent', 'confidence', 'days', 'labels', 'company', 'summary'],
  properties: {
    category: { type: 'string', enum: ['lead', 'billing', 'support'] },
    urgent: { type: 'boolean' },
    confidence: { type: 'number', minimum: 0, maximum: 1 },
    days: { type: 'integer', minimum: 0, maximum: 30 },
    labels: { type: 'array', items: { type: 'string', enum: ['refund', 'demo', 'outage'] } },
    company: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    summary: { type: 'string' },
  },
};
const ask = async <Body = Record<string, unknown>>(path: string, body: object) => {
  const response = await fetch(`${simulators.addressOf('openai')}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Body };
};
interface Completion {
  readonly choices: readonly {
    readonly message: { readonly content: string; readonly refusal: string | null };
    readonly finish_reason: string;
  }[];
  readonly usage: Record<string, number>;
}
const chat = async (
  text: string,
  format: object = { type: 'json_schema', json_schema: { name: 'reading', schema } },
) => {
  const { body } = await ask<Completion>('/chat/completions', {
    model: 'sluice-sim-small',
    messages: [
      { role: 'system', content: 'Read. Categories: lead, billing, support.' },
      { role: 'user', content: text },
    ],
    response_format: format,
  });
  return body;
};
const readingOf = async (text: string) => JSON.parse((await chat(text)).choices[0]?.message.content ?? '') as unknown;

describe('the OpenAI simulator', () => {
  it('reads a text into the shape it is asked for', async () => {
    expect(await readingOf('URGENT: we were charged twice. Please refund the invoice.')).toEqual({
      category: 'billing',
      urgent: true,
      confidence: 0.8,
      days: 0,
      labels: ['refund'],
      company: null,
      summary: 'URGENT: we were charged twice.',
    });
    expect(await readingOf('Could we see a demo and pricing for 50 seats?')).toMatchObject({
      category: 'lead',
      urgent: false,
      labels: ['demo'],
    });
  });

  it('gives the same answer to the same text', async () => {
    expect(await chat('The login is down')).toMatchObject({ choices: (await chat('The login is down')).choices });
  });

  it('gives seeded answers by reference, one after the other, and repeats the last', async () => {
    await simulators.seedAnswers('A-1', [{ content: 'I think it is billing.' }, { content: { category: 'billing' } }]);
    const said = async () => (await chat('Hello [ref:A-1]')).choices[0]?.message.content;
    expect([await said(), await said(), await said()]).toEqual([
      'I think it is billing.',
      '{"category":"billing"}',
      '{"category":"billing"}',
    ]);
    expect((await simulators.journal('openai')).applied['A-1']).toBe(3);
  });

  it('refuses and cuts off when told to', async () => {
    await simulators.seedAnswers('A-2', [{ refusal: 'No.' }]);
    await simulators.seedAnswers('A-3', [{ content: '{"cate', finishReason: 'length' }]);
    expect((await chat('[ref:A-2]')).choices[0]?.message).toMatchObject({ content: null, refusal: 'No.' });
    expect((await chat('[ref:A-3]')).choices[0]?.finish_reason).toBe('length');
  });

  it('counts tokens', async () => {
    const { usage } = await chat('Count me');
    expect(usage['prompt_tokens']).toBeGreaterThan(10);
    expect(usage['total_tokens']).toBe((usage['prompt_tokens'] ?? 0) + (usage['completion_tokens'] ?? 0));
  });

  it('answers the responses API too', async () => {
    const {
      body: { output, status },
    } = await ask<{ output: { content: { type: string; text: string }[] }[]; status: string }>('/responses', {
      model: 'sluice-sim-small',
      instructions: 'Read.',
      input: 'Refund the invoice',
      text: { format: { type: 'json_schema', name: 'reading', schema } },
    });
    expect(status).toBe('completed');
    expect(output[0]?.content[0]?.type).toBe('output_text');
    expect(JSON.parse(output[0]?.content[0]?.text ?? '')).toMatchObject({ category: 'billing' });
  });

  it('refuses a request without messages as the real one does', async () => {
    expect(await ask('/chat/completions', { model: 'm', messages: [] })).toMatchObject({
      status: 400,
      body: { error: { type: 'invalid_request_error' } },
    });
  });
});
