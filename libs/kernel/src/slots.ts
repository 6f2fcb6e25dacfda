/** At most `size` tasks at a time, begun in the order they came. The bound holds for the whole process when it is shared. */
export class Slots {
  readonly #size: number;
  readonly #waiting: (() => void)[] = [];
  #taken = 0;

  constructor(size: number) {
    this.#size = size;
  }

  async run<Result>(task: () => Promise<Result>): Promise<Result> {
    if (this.#taken >= this.#size) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#taken += 1;
    try {
      return await task();
    } finally {
      // The slot is handed on, so that nobody who comes meanwhile overtakes who waits.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#taken -= 1;
    }
  }
}
