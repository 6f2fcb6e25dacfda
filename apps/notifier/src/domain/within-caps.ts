export interface Addressed {
  readonly effectId: string;
  /** Null where nobody is answered, or nobody knows who it is. */
  readonly correspondent: string | null;
}

/** The answers of a batch that are one too many for their person, in order, by effect. `before`: what each was to get already. */
export const beyondCap = (
  batch: readonly Addressed[],
  before: ReadonlyMap<string, number>,
  cap: number,
): ReadonlySet<string> => {
  const counts = new Map(before);
  return new Set(
    batch.flatMap(({ effectId, correspondent }) => {
      if (correspondent === null) return [];
      const count = (counts.get(correspondent) ?? 0) + 1;
      counts.set(correspondent, count);
      return count > cap ? [effectId] : [];
    }),
  );
};
