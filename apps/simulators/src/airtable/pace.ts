const PER_SECOND = 5;
const REST_MS = 30_000;
const SECOND_MS = 1_000;

export const REAL_PACE = { perSecond: PER_SECOND, restMs: REST_MS };

/**
 * Airtable takes five requests a second and base, and after more of them none for half a minute. Until it is told so it takes any
 * number: a test of something else would wait for nothing.
 */
export const createPace = () => {
  let limits = { perSecond: Number.POSITIVE_INFINITY, restMs: REST_MS };
  let bases = new Map<string, { at: readonly number[]; restsUntil: number }>();
  return {
    set(wanted: typeof limits) {
      limits = wanted;
      bases = new Map();
    },
    isTooFast(base: string, now = Date.now()): boolean {
      const { at, restsUntil } = bases.get(base) ?? { at: [], restsUntil: 0 };
      if (now < restsUntil) return true;
      const recent = [...at.filter((one) => now - one < SECOND_MS), now];
      const isOver = recent.length > limits.perSecond;
      bases.set(base, { at: recent, restsUntil: isOver ? now + limits.restMs : 0 });
      return isOver;
    },
  };
};
