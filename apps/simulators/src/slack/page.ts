/** A page of `all` and Slack's opaque cursor to the next, empty at the end. Null when the cursor is none of ours. */
export const pageOf = <T>(
  all: readonly T[],
  cursor: string,
  limit: number,
): { readonly items: readonly T[]; readonly next: string } | null => {
  const start = cursor === '' ? 0 : Number(Buffer.from(cursor, 'base64').toString().replace(/^at:/, ''));
  if (!Number.isInteger(start) || start < 0) return null;
  const end = start + limit;
  return { items: all.slice(start, end), next: end < all.length ? Buffer.from(`at:${end}`).toString('base64') : '' };
};
