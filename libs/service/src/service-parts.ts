import type { Runnable } from '@sluice/stage';

/** Something a service can't do its work without. */
export interface ReadinessCheck {
  readonly name: string;
  /** True when the service may get work; else false, or the reason. What it throws counts as no answer. */
  check(): Promise<boolean | string>;
}

/** What a service's module hands to the shell. */
export interface ServiceParts {
  /** Started after HTTP listens, drained on SIGTERM, all at a time. */
  readonly runnables: readonly Runnable[];
  readonly checks: readonly ReadinessCheck[];
  /** Requests are answered whether the runnables can work or not: intake accepts while its stage waits. Default false. */
  readonly servesWithoutRunnables?: boolean;
  /** Shown by `/readyz` beside the checks: what is degraded but does not stop the service. */
  readonly notes?: () => Readonly<Record<string, string>>;
  /** Closes connections, after everything else has stopped. */
  close(): Promise<void>;
}

/** The provider token under which a module gives its ServiceParts. */
export const SERVICE_PARTS = Symbol('SERVICE_PARTS');
