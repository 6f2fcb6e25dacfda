/** A body as JSON; null where there is none, undefined where it is none. */
export const jsonOf = (text: string): unknown => {
  try {
    return text.trim() === '' ? null : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
};
