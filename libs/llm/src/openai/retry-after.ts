/** Milliseconds a server asks to be left alone: `retry-after-ms`, or `Retry-After` in seconds or as a date. Null when it doesn't say. */
export const retryAfterMs = (headers: Headers | undefined): number | null => {
  const milliseconds = Number.parseFloat(headers?.get('retry-after-ms') ?? '');
  if (Number.isFinite(milliseconds)) return Math.max(0, milliseconds);
  const text = headers?.get('retry-after') ?? '';
  const seconds = Number.parseFloat(text);
  if (Number.isFinite(seconds) && /^\s*[\d.]+\s*$/.test(text)) return seconds * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now());
};
