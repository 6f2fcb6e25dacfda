type Document = Readonly<Record<string, unknown>>;

const isDocument = (value: unknown): value is Document =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A layer over another: objects merge key by key, everything else, lists too, is replaced. */
export const mergeLayers = (below: unknown, above: unknown): unknown => {
  if (!isDocument(below) || !isDocument(above)) return above;
  const merged: Record<string, unknown> = { ...below };
  for (const [key, value] of Object.entries(above)) merged[key] = key in below ? mergeLayers(below[key], value) : value;
  return merged;
};
