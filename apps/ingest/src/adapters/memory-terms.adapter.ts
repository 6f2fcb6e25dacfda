import { eventTopics, inquiryRaw } from '@sluice/contracts';
import { inForce, playbookSchema, type Playbook } from '@sluice/policy';
import type { PlaybookSource } from '@sluice/stage';
import type { IntakeOptions } from '../http/accept-inquiry.ts';
import type { BestEffort } from '../http/best-effort.ts';

const DAY_MS = 86_400_000;
const { intake, retention } = playbookSchema.shape;
/** What a playbook that says nothing about it means. */
const usual = {
  windowMinutes: intake.parse({}).dedupeWindowMinutes,
  receiptDays: retention.shape.receiptDays.parse(undefined),
  // It has to say how long raw messages are kept: until it can be asked, as long as the log keeps them.
  rawDays: Math.ceil((eventTopics.find(({ name }) => name === inquiryRaw.v1.type)?.retentionMs ?? 0) / DAY_MS),
};

export interface MemoryTermsOptions {
  readonly playbooks: Pick<PlaybookSource<Playbook>, 'active'>;
  readonly brand: string;
  readonly bestEffort: BestEffort;
}

/** What the playbook in force says about what is remembered; while it can't be read, what a playbook says that says nothing. */
export const createMemoryTerms =
  ({ playbooks, brand, bestEffort }: MemoryTermsOptions): IntakeOptions['memoryTerms'] =>
  async ({ source, channel }) => {
    const found = await bestEffort(() => playbooks.active({ brand, source }), null);
    if (found === null) return usual;
    const { intake: terms, retention: kept } = inForce(found.playbook, { brand, channel });
    return { windowMinutes: terms.dedupeWindowMinutes, receiptDays: kept.receiptDays, rawDays: kept.rawDays };
  };
