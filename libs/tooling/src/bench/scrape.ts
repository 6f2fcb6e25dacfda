import type { Replica } from '../stack/run-file.ts';

/** The sum of a metric over its labels, as a service tells it; 0 where it tells none. */
export const sumIn = (text: string, metric: string): number =>
  text
    .split('\n')
    .filter((line) => line.startsWith(`${metric}{`) || line.startsWith(`${metric} `))
    .reduce((sum, line) => sum + Number(/\s(\S+)(?:\s\d+)?$/u.exec(line)?.[1] ?? 0), 0);

export const scrape = async ({ url }: Pick<Replica, 'url'>): Promise<string> => (await fetch(`${url}/metrics`)).text();
