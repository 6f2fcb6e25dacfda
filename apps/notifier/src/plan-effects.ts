import {
  effectRequested,
  headerNames,
  TOO_MANY_ANSWERS,
  type EffectKind,
  type EffectRequested,
} from '@sluice/contracts';
import { contentHash, truncate, wellFormedJson, wellFormedText } from '@sluice/kernel';
import { dataIn, headerOf, type ProjectedEvent } from '@sluice/stage';
import { isPerformed, modeOf, type EffectMode } from './domain/effect-mode.ts';
import { laneOf } from './domain/lane-of.ts';
import { NO_CONNECTOR } from './domain/next-step.ts';
import { countSettled } from './effect-telemetry.ts';
import { beyondCap } from './domain/within-caps.ts';
import type { Correspondents } from './ports/correspondents.port.ts';
import type { Ledger, PlannedEffect } from './ports/ledger.port.ts';

export interface PlannerOptions {
  readonly ledger: Pick<Ledger, 'plan'>;
  /** The freest mode this deployment may use, whatever a playbook asks for. */
  readonly ceiling: EffectMode;
  /** Whether this deployment can perform it. */
  readonly isConnected: (effect: Pick<PlannedEffect, 'kind' | 'target' | 'mode'>) => boolean;
  /** What stands in for a target in the sandbox. */
  readonly sandboxOf: (kind: EffectKind, target: string) => string;
  /** Who was answered lately, and how many answers one person gets a day. */
  readonly correspondents: Correspondents;
  readonly answersADay: number;
  /** Told which lanes got work. */
  readonly wake: (lanes: readonly string[]) => void;
}

/** Brands and hashes are short; what a foreign producer writes into a header need not be. */
const LONGEST_NAME = 255;
const ONE_DAY = 24;

/**
 * Without what no database and no receiver takes (a NUL, half a character), once for all that comes after. @throws ZodError where too
 * little is left, such as no target: that one request is dead-lettered.
 */
const cleaned = (requested: EffectRequested): EffectRequested => {
  const clean = wellFormedJson(requested);
  return clean === requested ? requested : effectRequested.v1.parse(clean);
};

/** Puts requests into the ledger and wakes their lanes. Nothing outward happens here; doing it again changes nothing. */
export const createPlanner = (options: PlannerOptions) => {
  const { ledger, ceiling, isConnected, sandboxOf, correspondents, answersADay, wake } = options;
  const skipOf = (effect: Pick<PlannedEffect, 'kind' | 'target' | 'mode'>): string | null => {
    if (!isPerformed(effect.mode)) return effect.mode;
    return isConnected(effect) ? null : NO_CONNECTOR;
  };

  const plannedOf = (event: ProjectedEvent): readonly PlannedEffect[] => {
    const requested = dataIn(event, effectRequested.v1);
    if (requested === null) return [];
    const header = (name: string): string | null => {
      const value = headerOf(event.record.headers, name);
      return value === null ? null : truncate(wellFormedText(value), LONGEST_NAME);
    };
    const { kind, target, content, purpose = null, intent = null, channel = null, ...rest } = cleaned(requested);
    const { correspondent = null, notBefore = null, usefulUntil = null, approveBy = null, ...about } = rest;
    const mode = modeOf(about.mode, { approveBy, ceiling });
    const destination = mode === 'sandbox' ? sandboxOf(kind, target) : target;
    return [
      {
        ...about,
        kind,
        target,
        content,
        purpose,
        intent,
        channel,
        correspondent,
        mode,
        destination,
        lane: laneOf(kind, destination),
        skipped: skipOf({ kind, target, mode }),
        notBefore,
        usefulUntil,
        approveBy,
        parts: {},
        requestHash: contentHash({ kind, target, content }),
        traceParent: header(headerNames.traceParent),
        brand: header(headerNames.brand) ?? '',
        playbook: header(headerNames.playbook) ?? '',
      },
    ];
  };

  /** Answers that are one too many for their person are settled where they are planned: people are told, and answer themselves. */
  const withinCaps = async (effects: readonly PlannedEffect[]): Promise<readonly PlannedEffect[]> => {
    const answers = effects.filter(({ correspondent, skipped }) => correspondent !== null && skipped === null);
    if (answers.length === 0) return effects;
    const people = [...new Set(answers.flatMap(({ correspondent }) => correspondent ?? []))];
    const before = await correspondents.answered(people, ONE_DAY);
    const beyond = beyondCap(answers, before, answersADay);
    return effects.map((effect) => (beyond.has(effect.effectId) ? { ...effect, skipped: TOO_MANY_ANSWERS } : effect));
  };

  return async (events: readonly ProjectedEvent[]): Promise<void> => {
    if (events.length === 0) return;
    const { lanes, skipped } = await ledger.plan(await withinCaps(events.flatMap(plannedOf)));
    for (const kind of skipped) countSettled(kind, 'skipped');
    wake(lanes);
  };
};
