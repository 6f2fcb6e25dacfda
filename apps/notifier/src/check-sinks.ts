import type { Connector, SinkCheck, SinkFault } from '@sluice/connectors';
import type { EffectKind } from '@sluice/contracts';
import { Repeat, type Health, type Runnable } from '@sluice/stage';
import { watchSinks } from './effect-telemetry.ts';

export interface SinkChecksOptions {
  readonly connectors: readonly Connector[];
  /** Targets of a kind that the playbooks in force can name. */
  readonly targetsOf: (kind: EffectKind) => Promise<readonly string[]>;
  /** A fault that was not there at the last check. */
  readonly onFault: (kind: EffectKind, fault: SinkFault) => void;
  /** Milliseconds between two looks; default 30,000. */
  readonly everyMs?: number;
}

const EVERY_MS = 30_000;
/** A provider that was found well is asked again after this long, or once a playbook names another target. */
const WELL_FOR_MS = 300_000;
const MOST_SHOWN = 20;

interface Checked {
  readonly at: number;
  readonly targets: readonly string[];
  readonly faults: readonly SinkFault[];
  /** Why the provider could not be asked; null when it was. */
  readonly unasked: string | null;
}

const nameOf = ({ target, reason }: SinkFault): string => `${target ?? 'every target'}: ${reason}`;

const noteOf = ({ targets, faults, unasked }: Checked): string => {
  if (unasked !== null) return `could not be asked: ${unasked}`;
  if (faults.length === 0) return `well; ${targets.length} targets`;
  const shown = faults.slice(0, MOST_SHOWN).map((fault) => `${nameOf(fault)}: ${fault.mend}`);
  const more = faults.length > MOST_SHOWN ? [`and ${faults.length - MOST_SHOWN} more`] : [];
  return [...shown, ...more].join('; ');
};

const isStillWell = ({ at, targets, faults, unasked }: Checked, wanted: readonly string[]): boolean =>
  faults.length === 0 &&
  unasked === null &&
  Date.now() - at < WELL_FOR_MS &&
  wanted.every((target) => targets.includes(target));

/** Nothing is learnt from a provider that is away: what was wrong before still is. */
const afterCheck = (check: SinkCheck, last: Checked | undefined, targets: readonly string[]): Checked => ({
  at: Date.now(),
  targets,
  ...(check.kind === 'checked'
    ? { faults: check.faults, unasked: null }
    : { faults: last?.faults ?? [], unasked: check.reason }),
});

/**
 * Asks the providers at the start, and again and again, whether our credentials are good and whether the targets that playbooks name
 * are there, so that a person hears of it before a message has to wait. It stops nothing: what can't be done waits in the ledger.
 */
export class SinkChecks implements Runnable {
  readonly name = 'check-sinks';
  readonly #options: SinkChecksOptions;
  readonly #repeat: Repeat;
  readonly #checked = new Map<EffectKind, Checked>();
  #unwatch: () => void = () => undefined;

  constructor(options: SinkChecksOptions) {
    this.#options = options;
    this.#repeat = new Repeat({
      name: this.name,
      everyMs: options.everyMs ?? EVERY_MS,
      run: async () => {
        for (const { kind, check } of options.connectors) if (check) await this.#check(kind, check);
        return 'rest';
      },
    });
  }

  async start(): Promise<void> {
    this.#unwatch = watchSinks(() =>
      [...this.#checked].flatMap(([kind, { faults }]) =>
        [...Map.groupBy(faults, ({ reason }) => reason)].map(([reason, of]) => ({ kind, reason, faults: of.length })),
      ),
    );
    await this.#repeat.start();
  }

  async drain(): Promise<void> {
    await this.#repeat.drain();
    this.#unwatch();
  }

  health(): Health {
    return this.#repeat.health();
  }

  /** By kind, for `/readyz`: what a person has to mend, and how. */
  notes(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      this.#options.connectors.flatMap(({ kind, check }) => {
        const checked = this.#checked.get(kind);
        return check ? [[kind, checked ? noteOf(checked) : 'not checked yet']] : [];
      }),
    );
  }

  async #check(kind: EffectKind, check: NonNullable<Connector['check']>): Promise<void> {
    const last = this.#checked.get(kind);
    const targets = await this.#targetsOf(kind);
    if (last && isStillWell(last, targets)) return;
    const checked = afterCheck(await check(targets), last, targets);
    this.#checked.set(kind, checked);
    const before = new Set(last?.faults.map(nameOf));
    for (const fault of checked.faults) if (!before.has(nameOf(fault))) this.#options.onFault(kind, fault);
  }

  /** While the playbooks can't be read the targets of the last check count: nothing here may keep a service from its work. */
  #targetsOf(kind: EffectKind): Promise<readonly string[]> {
    return this.#options.targetsOf(kind).catch(() => this.#checked.get(kind)?.targets ?? []);
  }
}
