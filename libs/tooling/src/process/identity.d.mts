/** A process as recorded: the pid alone is not enough, since the system uses pids again. */
export interface ProcessRecord {
  readonly pid: number;
  /** When the process began, as the system tells it; text without meaning but for equality. */
  readonly startedAt: string;
}

/** When the process began; null when there is none (or only its zombie). */
export declare const startTimeOf: (pid: number) => string | null;

/** True while the very process that was recorded runs, and not another that got its pid. */
export declare const isAlive: (record: ProcessRecord) => boolean;

/** True while the process stands still after SIGSTOP. Linux only, as the fault harness is. */
export declare const isStopped: (record: ProcessRecord) => boolean;

export declare const thisProcess: () => ProcessRecord;

/** The process that started it, or that took it over since; null when there is no such process. */
export declare const parentOf: (pid: number) => number | null;

/** Its command line as the system shows it; empty when there is no such process. */
export declare const commandOf: (pid: number) => string;

/** True while any process of the group runs; those that are dead and not yet waited for don't count. */
export declare const isGroupAlive: (group: number) => boolean;
