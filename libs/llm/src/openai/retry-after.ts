const seconds = (text: string): number | null => (/^\s*\d+(?:\.\d+)?\s*$/.test(text) ? Number(text) * 1000 : null);

const untilDate = (text: string): number | null => {
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now());
};

/** Milliseconds a server asks to be left alone: `retry-after-ms`, or `Retry-After` in seconds or as a date. Null when it doesn't say. */
export const retryAfterMs = (headers: Headers | undefined): number | null => {
  const precise = seconds(headers?.get('retry-after-ms') ?? '');
  const text = headers?.get('retry-after') ?? '';
  return precise === null ? (seconds(text) ?? untilDate(text)) : precise / 1000;
};
