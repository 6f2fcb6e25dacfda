/**
 * Opens when defects come in bulk, so that a bad deploy cannot pour a topic into its dead letters. Stays open: what opened it
 * was decided deterministically and would be again; a new build, and so a new process, closes it.
 */
export class Breaker {
  readonly #defects: number;
  readonly #outOf: number;
  #recent: boolean[] = [];
  #open = false;

  constructor({ defects, outOf }: { readonly defects: number; readonly outOf: number }) {
    this.#defects = defects;
    this.#outOf = outOf;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** Records whether a decision was a defect; true when this one opens the breaker. */
  record(isDefect: boolean): boolean {
    this.#recent = [...this.#recent, isDefect].slice(-this.#outOf);
    const defects = this.#recent.filter(Boolean).length;
    this.#open ||= defects >= this.#defects && defects * 2 >= this.#recent.length;
    return this.#open;
  }
}
