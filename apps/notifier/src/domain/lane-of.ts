import { contentHash } from '@sluice/kernel';

const LONGEST = 60;
const TELLING = 8;

/** One destination, one lane: one that is slow or dead holds up nobody else. Also a metric label, so it must stay readable. */
export const laneOf = (kind: string, destination: string): string => {
  const name = destination
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, LONGEST);
  // Two destinations whose names differ only in what a lane's name can't hold are still two.
  return name === destination ? `${kind}/${name}` : `${kind}/${name}.${contentHash(destination).slice(0, TELLING)}`;
};
