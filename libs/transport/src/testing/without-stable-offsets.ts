import { createRequire } from 'node:module';

interface RequestDefinition {
  versions: readonly string[];
}

const STABLE_SINCE = 7;

/** Takes one correction back, in this process: offsets are fetched in the version that knows no `requireStable`. Gives the way back. */
export const withoutStableOffsets = (): (() => void) => {
  const offsetFetch = createRequire(import.meta.url)('kafkajs/src/protocol/requests/offsetFetch') as RequestDefinition;
  const { versions } = offsetFetch;
  offsetFetch.versions = versions.filter((version) => Number(version) < STABLE_SINCE);
  return () => {
    offsetFetch.versions = versions;
  };
};
