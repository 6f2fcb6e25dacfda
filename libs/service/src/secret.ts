import { z } from 'zod';

/** A secret that shows itself only to who asks: printed, logged or put in JSON it reads `[redacted]`. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '[redacted]';
  }

  toJSON(): string {
    return '[redacted]';
  }
}

export const secret = (description: string) =>
  z
    .string()
    .min(1)
    .describe(description)
    .transform((value) => new Secret(value));
