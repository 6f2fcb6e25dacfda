import { setTimeout as pause } from 'node:timers/promises';
import type { Stack } from '../stack/start-stack.ts';
import { usageOf } from '../process/usage.ts';
import { runningServices } from './chain.ts';
import { scrape, sumIn } from './scrape.ts';

/** Megabytes of one service, all its replicas together. */
export interface Memory {
  readonly rssMb: number;
  /** Used of V8's heap: the least of several looks, since what is not collected yet says nothing. */
  readonly heapMb: number;
}

export type MemoryByService = Readonly<Record<string, Memory>>;

const MB = 1024 * 1024;
const LOOKS = 5;
const PAUSE_MS = 400;

const heapMbOf = async (replica: { readonly url: string }): Promise<number> =>
  sumIn(await scrape(replica), 'v8js_memory_heap_used_bytes') / MB;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

const look = async (stack: Stack): Promise<MemoryByService> =>
  Object.fromEntries(
    await Promise.all(
      runningServices(stack).map(async (name) => {
        const replicas = stack.replicas(name);
        const heaps = await Promise.all(replicas.map(heapMbOf));
        return [name, { rssMb: sum(replicas.map(({ pid }) => usageOf(pid).rssMb)), heapMb: sum(heaps) }] as const;
      }),
    ),
  );

/** What every service that runs holds, when it has nothing to do. */
export const memoryOf = async (stack: Stack): Promise<MemoryByService> => {
  let least = await look(stack);
  for (let nth = 1; nth < LOOKS; nth += 1) {
    await pause(PAUSE_MS);
    const now = await look(stack);
    least = Object.fromEntries(
      Object.entries(now).map(([name, { rssMb, heapMb }]) => [
        name,
        { rssMb, heapMb: Math.min(heapMb, least[name]?.heapMb ?? heapMb) },
      ]),
    );
  }
  return least;
};

/** From the first look that is not warming up to the last. */
export interface Growth {
  readonly from: Memory & { readonly inquiries: number };
  readonly to: Memory & { readonly inquiries: number };
  /** Of what is resident: 0.1 is ten percent more. */
  readonly share: number;
  readonly flat: boolean;
}

/** More than this is growth; a heap breathes by less. */
const FLAT_SHARE = 0.1;
const FLAT_MB = 32;

export interface Looked {
  /** That had gone through by then. */
  readonly total: number;
  readonly memory: MemoryByService;
}

/** Whether each service's memory is flat, from the first look at `from` inquiries or more to the last; null where there is only one. */
export const growthOf = (looks: readonly Looked[], from: number): Readonly<Record<string, Growth>> | null => {
  const later = looks.filter(({ total }) => total >= from);
  const names = [...new Set(later.flatMap(({ memory }) => Object.keys(memory)))];
  const growths = names.flatMap((name) => {
    const seen = later.flatMap(({ total, memory }) => (memory[name] ? [{ inquiries: total, ...memory[name] }] : []));
    const [first, last] = [seen[0], seen.at(-1)];
    if (!first || !last || first === last) return [];
    const grown = last.rssMb - first.rssMb;
    const share = grown / first.rssMb;
    return [[name, { from: first, to: last, share, flat: share <= FLAT_SHARE || grown <= FLAT_MB }] as const];
  });
  return growths.length === 0 ? null : Object.fromEntries(growths);
};
