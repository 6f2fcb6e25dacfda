import { isIP } from 'node:net';
import type { Recognizer } from '../found.ts';

/** Four dotted numbers, or at least two colons among hexadecimal digits; `isIP` has the last word. */
const CANDIDATE = /(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7})(?![\w:]|\.\d)/g;

export const findIpAddresses: Recognizer = (text) =>
  [...text.matchAll(CANDIDATE)]
    .filter(([value]) => isIP(value) !== 0 && /\d.*\w/.test(value))
    .map(({ 0: value, index }) => ({
      kind: 'IP',
      start: index,
      end: index + value.length,
      identity: value.toLowerCase(),
    }));
