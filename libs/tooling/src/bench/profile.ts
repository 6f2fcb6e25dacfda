import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
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
const SHOWN = 25;
const NO_WORK = new Set(['(idle)', '(root)', '(program)']);

/** `node_modules/@scope/name`, `node:x`, the bundle itself, or what V8 does on its own. */
const packageOf = ({ url, functionName }: CallFrame): string => {
  const inPackage = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(
    url.split('node_modules/').length > 2 ? url.slice(url.lastIndexOf('node_modules/')) : url,
  );
  if (inPackage?.[1]) return inPackage[1];
  if (url.startsWith('node:')) return 'node';
  return url === '' ? functionName || '(native)' : basename(url) === 'main.js' ? 'our code' : basename(url);
};

const nameOf = (frame: CallFrame): string =>
  `${packageOf(frame)}: ${frame.functionName || '(anonymous)'}${frame.url ? `:${frame.lineNumber + 1}` : ''}`;

const sharesOf = (micros: ReadonlyMap<string, number>, total: number): readonly Share[] =>
  [...micros]
    .map(([what, time]) => ({ what, share: time / total }))
    .sort((a, b) => b.share - a.share)
    .slice(0, SHOWN);

/** Self time by package and by function since a moment of the monotonic clock, in microseconds; idle time left out. */
export const summarise = ({ nodes, startTime, samples, timeDeltas }: CpuProfile, since = 0): ProfileSummary => {
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
      [byPackage, packageOf(frame)],
      [byFunction, nameOf(frame)],
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
export const readProfiles = (dir: string, since: number): ReadonlyMap<string, ProfileSummary> =>
  new Map(
    readdirSync(dir)
      .filter((name) => name.endsWith('.cpuprofile'))
      .flatMap((name) => {
        const profile = JSON.parse(readFileSync(join(dir, name), 'utf8')) as CpuProfile;
        const service = profile.nodes
          .map(({ callFrame }) => /dist\/apps\/([^/]+)\/main\.js/.exec(callFrame.url)?.[1])
          .find(Boolean);
        return service ? [[service, summarise(profile, since)] as const] : [];
      }),
  );
