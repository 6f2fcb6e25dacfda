import { effectRequested, headerNames, type EffectKind, type EffectRequested } from '@sluice/contracts';
import { contentHash, truncate, wellFormedJson, wellFormedText } from '@sluice/kernel';
import { dataIn, headerOf, type ProjectedEvent } from '@sluice/stage';
import { isPerformed, strictest, type EffectMode } from './domain/effect-mode.ts';
import { laneOf } from './domain/lane-of.ts';
import { NO_CONNECTOR } from './domain/next-step.ts';
import { countSettled } from './effect-telemetry.ts';
import type { Ledger, PlannedEffect } from './ports/ledger.port.ts';

export interface PlannerOptions {
  readonly ledger: Pick<Ledger, 'plan'>;
  /** The freest mode this deployment may use, whatever a playbook asks for. */
  readonly ceiling: EffectMode;
  /** The kinds this deployment can perform. */
  readonly kinds: ReadonlySet<EffectKind>;
  /** What stands in for a kind's targets in the sandbox. */
  readonly sandbox: Readonly<Record<EffectKind, string>>;
  /** Told which lanes got work. */
  readonly wake: (lanes: readonly string[]) => void;
}

/** Brands and hashes are short; what a foreign producer writes into a header need not be. */
const LONGEST_NAME = 255;

/**
 * Without what no database and no receiver takes (a NUL, half a character), once for all that comes after. @throws ZodError where too
 * little is left, such as no target: that one request is dead-lettered.
 */
const cleaned = (requested: EffectRequested): EffectRequested => {
  const clean = wellFormedJson(requested);
  return clean === requested ? requested : effectRequested.v1.parse(clean);
};

/** Puts requests into the ledger and wakes their lanes. Nothing outward happens here; doing it again changes nothing. */
export const createPlanner = ({ ledger, ceiling, kinds, sandbox, wake }: PlannerOptions) => {
  const skipOf = (kind: EffectKind, mode: EffectMode): string | null => {
    if (!isPerformed(mode)) return mode;
    return kinds.has(kind) ? null : NO_CONNECTOR;
  };

  const plannedOf = (event: ProjectedEvent): readonly PlannedEffect[] => {
    const requested = dataIn(event, effectRequested.v1);
    if (requested === null) return [];
    const header = (name: string): string | null => {
      const value = headerOf(event.record.headers, name);
      return value === null ? null : truncate(wellFormedText(value), LONGEST_NAME);
    };
    const { kind, target, content, purpose = null, intent = null, channel = null, ...about } = cleaned(requested);
    const mode = strictest(about.mode, ceiling);
    const destination = mode === 'sandbox' ? sandbox[kind] : target;
    return [
      {
        ...about,
        kind,
        target,
        content,
        purpose,
        intent,
        channel,
        mode,
        destination,
        lane: laneOf(kind, destination),
        skipped: skipOf(kind, mode),
        requestHash: contentHash({ kind, target, content }),
        traceParent: header(headerNames.traceParent),
        brand: header(headerNames.brand) ?? '',
        playbook: header(headerNames.playbook) ?? '',
      },
    ];
  };

  return async (events: readonly ProjectedEvent[]): Promise<void> => {
    if (events.length === 0) return;
    const { lanes, skipped } = await ledger.plan(events.flatMap(plannedOf));
    for (const kind of skipped) countSettled(kind, 'skipped');
    wake(lanes);
  };
};
