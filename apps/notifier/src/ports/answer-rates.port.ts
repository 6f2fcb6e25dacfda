export interface AnswerRate {
  /** Answers that were to be sent and whose end is known. */
  readonly settled: number;
  /** Of these: refuted, or nobody knows. */
  readonly failed: number;
  /** Whose they were. */
  readonly brands: readonly string[];
}

export interface AnswersOf {
  /** Hash of the version. */
  readonly playbook: string;
  /** Empty: all. */
  readonly intents: readonly string[];
  readonly channels: readonly string[];
  readonly minutes: number;
  /** RFC 3339: only what settled after it; null: all within the minutes. */
  readonly since: string | null;
}

/** How answers to people came out lately. @throws TransientError while the database is away */
export interface AnswerRates {
  of(answers: AnswersOf): Promise<AnswerRate>;
}
