import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}
interface ProfileNode {
  readonly id: number;
  readonly callFrame: CallFrame;
}

/** What `--cpu-prof` writes, as far as it is read here. */
interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** Microseconds of the system's monotonic clock, the clock of `process.hrtime`. */
  readonly startTime: number;
  readonly samples: readonly number[];
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[];
}

export interface Share {
  readonly what: string;
  /** Of the time that was not idle. */
  readonly share: number;
}

export interface ProfileSummary {
  readonly byPackage: readonly Share[];
  readonly byFunction: readonly Share[];
  readonly busySeconds: number;
}

const MICROSECONDS = 1_000_000;
/** Enough that what is left out could not add up to an item worth looking at, once services are taken together. */
const KEPT = 400;
const NO_WORK = new Set(['(idle)', '(root)', '(program)']);

/** Where a place of a bundle comes from, as `libs/stage/src/x.ts`; null where nothing is known of it. */
export type FindSource = (frame: CallFrame) => string | null;

/** Looks into the source maps that the build puts beside its bundles. */
export const sourcesOfBundles = (): FindSource => {
  const maps = new Map<string, SourceMap | null>();
  const mapOf = (url: string): SourceMap | null => {
    const known = maps.get(url);
    if (known !== undefined) return known;
    const path = `${fileURLToPath(url)}.map`;
    const map = existsSync(path)
      ? new SourceMap(JSON.parse(readFileSync(path, 'utf8')) as ConstructorParameters<typeof SourceMap>[0])
      : null;
    maps.set(url, map);
    return map;
  };
  return ({ url, lineNumber, columnNumber }) => {
    if (!url.startsWith('file://') || url.includes('/node_modules/')) return null;
    const entry = mapOf(url)?.findEntry(lineNumber, columnNumber);
    const source = entry && 'originalSource' in entry ? entry.originalSource : null;
    return source === null ? null : (/(?:libs|apps)\/.*$/u.exec(source)?.[0] ?? null);
  };
};

/** `node_modules/@scope/name`, `node:x`, the project of ours, or what V8 does on its own. */
const packageOf = (frame: CallFrame, findSource: FindSource): string => {
  const { url, functionName } = frame;
  const source = findSource(frame);
  if (source !== null) return source.split('/').slice(0, 2).join('/');
  const inPackage = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(
    url.split('node_modules/').length > 2 ? url.slice(url.lastIndexOf('node_modules/')) : url,
  );
  if (inPackage?.[1]) return inPackage[1];
  if (url.startsWith('node:')) return 'node';
  return url === '' ? functionName || '(native)' : basename(url) === 'main.js' ? 'our code' : basename(url);
};

const nameOf = (frame: CallFrame, findSource: FindSource): string => {
  const name = frame.functionName || '(anonymous)';
  const source = findSource(frame);
  return source === null
    ? `${packageOf(frame, findSource)}: ${name}${frame.url ? `:${frame.lineNumber + 1}` : ''}`
    : `${source}: ${name}`;
};

const sharesOf = (micros: ReadonlyMap<string, number>, total: number): readonly Share[] =>
  [...micros]
    .map(([what, time]) => ({ what, share: time / total }))
    .sort((a, b) => b.share - a.share)
    .slice(0, KEPT);

/** Self time by package and by function since a moment of the monotonic clock, in microseconds; idle time left out. */
export const summarise = (
  { nodes, startTime, samples, timeDeltas }: CpuProfile,
  { since = 0, findSource = () => null }: { readonly since?: number; readonly findSource?: FindSource } = {},
): ProfileSummary => {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const byPackage = new Map<string, number>();
  const byFunction = new Map<string, number>();
  let busy = 0;
  let now = startTime;
  for (const [at, id] of samples.entries()) {
    const frame = frames.get(id);
    const micros = timeDeltas[at] ?? 0;
    now += micros;
    if (!frame || now < since || NO_WORK.has(frame.functionName)) continue;
    busy += micros;
    for (const [map, name] of [
      [byPackage, packageOf(frame, findSource)],
      [byFunction, nameOf(frame, findSource)],
    ] as const)
      map.set(name, (map.get(name) ?? 0) + micros);
  }
  return {
    byPackage: sharesOf(byPackage, busy),
    byFunction: sharesOf(byFunction, busy),
    busySeconds: busy / MICROSECONDS,
  };
};

/** The environment that makes a service write where its time went when it ends: to a folder of its own for each. */
export const profiled = (dir: string): Readonly<Record<string, string>> => ({
  // Quoted: the name of a folder may hold blanks.
  NODE_OPTIONS: `--cpu-prof --cpu-prof-dir="${dir.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`,
});

/** The profiles that were written, by the service whose bundle they name. */
export const readProfiles = (dir: string, since: number): ReadonlyMap<string, ProfileSummary> => {
  const findSource = sourcesOfBundles();
  return new Map(
    readdirSync(dir)
      .filter((name) => name.endsWith('.cpuprofile'))
      .flatMap((name) => {
        const profile = JSON.parse(readFileSync(join(dir, name), 'utf8')) as CpuProfile;
        const service = profile.nodes
          .map(({ callFrame }) => /dist\/apps\/([^/]+)\/main\.js/.exec(callFrame.url)?.[1])
          .find(Boolean);
        return service ? [[service, summarise(profile, { since, findSource })] as const] : [];
      }),
  );
};

/** Several profiles as one: shares of the time that all of them were busy. */
export const together = (summaries: readonly ProfileSummary[]): ProfileSummary => {
  const busySeconds = summaries.reduce((sum, one) => sum + one.busySeconds, 0);
  const merged = (of: 'byPackage' | 'byFunction'): readonly Share[] => {
    const seconds = new Map<string, number>();
    for (const summary of summaries)
      for (const { what, share } of summary[of])
        seconds.set(what, (seconds.get(what) ?? 0) + share * summary.busySeconds);
    return sharesOf(seconds, busySeconds);
  };
  return { byPackage: merged('byPackage'), byFunction: merged('byFunction'), busySeconds };
};
