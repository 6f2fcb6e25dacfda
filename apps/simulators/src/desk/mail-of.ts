/** A header of a raw mail, unfolded; null where there is none. */
export const headerIn = (raw: string, name: string): string | null => {
  const head = raw.split(/\r?\n\r?\n/u)[0] ?? '';
  const line = head
    .replaceAll(/\r?\n[ \t]+/gu, ' ')
    .split(/\r?\n/u)
    .find((one) => one.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  return line === undefined ? null : line.slice(name.length + 1).trim();
};

/** The part of a Message-ID before its @: where a sender of ours puts the effect's id. */
export const localPartOf = (messageId: string | null): string => /^<?([^@>]+)@/u.exec(messageId ?? '')?.[1] ?? '';
