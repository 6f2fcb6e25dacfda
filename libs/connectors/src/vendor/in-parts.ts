import { contentHash } from '@sluice/kernel';
import type { AttemptResult, Effect, Found, Made } from '../ports/connector.port.ts';
import { asQuestion, attemptOf, failureOf, soughtOf, VendorError } from './failure.ts';

/** One of the things an effect consists of at its provider, such as the contact or the deal. */
export interface Part {
  readonly name: string;
  /** Its id is the effect's; without any such part the last one's is. */
  readonly isMain?: boolean;
  /** The provider's id of it; null where it is not there. Changes nothing. `made` holds the parts before it. @throws VendorError */
  find(made: Made): Promise<string | null>;
  /** Makes it, and gives the provider's id. @throws VendorError */
  make(made: Made): Promise<string>;
}

/** Whatever becomes of a question, nothing was applied. */
const lookFor = async (part: Part, made: Made): Promise<string | null> => {
  try {
    return await part.find(made);
  } catch (error) {
    throw new VendorError(asQuestion(failureOf(error)));
  }
};

const confirmed = (parts: readonly Part[], made: Made) => ({
  providerId: made[(parts.find(({ isMain }) => isMain) ?? parts.at(-1))?.name ?? ''] ?? null,
  responseDigest: contentHash(made),
  parts: made,
});

/**
 * Makes the parts that are missing, one after the other; each is looked for first. What was made stays made and is known by its id, so
 * that a part that fails is tried again alone.
 */
export const performInParts = async (effect: Effect, parts: readonly Part[]): Promise<AttemptResult> => {
  let made: Made = effect.parts;
  for (const part of parts) {
    if (made[part.name] !== undefined) continue;
    try {
      const id = (await lookFor(part, made)) ?? (await part.make(made));
      made = { ...made, [part.name]: id };
    } catch (error) {
      return { ...attemptOf(failureOf(error)), parts: made };
    }
  }
  return { kind: 'confirmed', ...confirmed(parts, made) };
};

/** Looks for all parts: the effect is there when each of them is. */
export const askForParts = async (effect: Effect, parts: readonly Part[]): Promise<Found> => {
  let made: Made = effect.parts;
  for (const part of parts) {
    if (made[part.name] !== undefined) continue;
    try {
      const id = await lookFor(part, made);
      if (id === null) return { kind: 'absent', parts: made };
      made = { ...made, [part.name]: id };
    } catch (error) {
      return { ...soughtOf(failureOf(error)), parts: made };
    }
  }
  return { kind: 'found', ...confirmed(parts, made) };
};
