import { inForce, playbookSchema, type Playbook } from '@sluice/policy';
import type { PlaybookSource } from '@sluice/stage';
import type { IntakeOptions } from '../http/accept-inquiry.ts';
import type { BestEffort } from '../http/best-effort.ts';

const { intake, retention } = playbookSchema.shape;
/** What a playbook that says nothing about it means. */
const usual = {
  windowMinutes: intake.parse({}).dedupeWindowMinutes,
  receiptDays: retention.shape.receiptDays.parse(undefined),
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
    return { windowMinutes: terms.dedupeWindowMinutes, receiptDays: kept.receiptDays };
  };
