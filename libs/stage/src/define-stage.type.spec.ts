import { inquiryDropped, inquiryRaw, type InquiryDropped, type InquiryRaw } from '@sluice/contracts';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { defineStage, type Stage } from './define-stage.ts';
import { drop, emit, remembering } from './outcome.ts';

interface Policy {
  readonly words: readonly string[];
}
const gather = async (_raw: InquiryRaw, { model }: { model: { read(): Promise<number> } }) => model.read();

describe('defineStage at compile time', () => {
  it('infers ports, facts and playbook', () => {
    const stage = defineStage<Policy>()({
      name: 'read-inquiry',
      consumes: inquiryRaw.v1,
      produces: [inquiryDropped.v1],
      gather,
      decide: (_raw, facts, { playbook }) => (facts > playbook.words.length ? drop('spam') : drop('other')),
    });
    expectTypeOf(stage).toEqualTypeOf<
      Stage<InquiryRaw, { model: { read(): Promise<number> } }, number, never, Policy>
    >();
  });

  it('gives a stage with state its memory', () => {
    defineStage<Policy>()({
      name: 'count-inquiry',
      consumes: inquiryRaw.v1,
      produces: [inquiryDropped.v1],
      gather,
      state: { schema: z.object({ seen: z.number() }), keys: (raw) => [raw.inquiryId] },
      decide: (raw, _facts, memory) =>
        remembering(drop('seen'), { [raw.inquiryId]: { seen: (memory.get(raw.inquiryId)?.seen ?? 0) + 1 } }),
    });
  });

  it('folds several inputs into one state, each told by its data', () => {
    const stage = defineStage<Policy>()({
      name: 'count-inquiry',
      consumes: [inquiryRaw.v1, inquiryDropped.v1],
      produces: [inquiryDropped.v1],
      gather: async () => null,
      state: { schema: z.object({ seen: z.number() }), keys: ({ inquiryId }) => [inquiryId] },
      decide: (input, _facts, memory) =>
        remembering(drop('reason' in input ? input.reason : input.channel), {
          [input.inquiryId]: { seen: (memory.get(input.inquiryId)?.seen ?? 0) + 1 },
        }),
    });
    expectTypeOf(stage).toEqualTypeOf<Stage<InquiryRaw | InquiryDropped, unknown, null, { seen: number }, Policy>>();
    expect(stage.inputs.map(({ type }) => type)).toEqual(['inquiry.raw.v1', 'inquiry.dropped.v1']);
    expect(stage.consumes.type).toBe('inquiry.raw.v1');
  });

  it('refuses an async decide, an event that is not produced, and a port in decide', () => {
    const common = { name: 'x', consumes: inquiryRaw.v1, produces: [inquiryDropped.v1], gather } as const;
    // @ts-expect-error decide must be synchronous
    defineStage<Policy>()({ ...common, decide: async () => drop('spam') });
    // @ts-expect-error inquiry.raw.v1 is not among `produces`
    defineStage<Policy>()({ ...common, decide: (raw) => emit(inquiryRaw.v1.of(raw)) });
    // @ts-expect-error facts are a number, not a port
    defineStage<Policy>()({ ...common, decide: (_raw, { model }) => drop(String(model)) });
  });
});
