import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../process/ports.ts';

/** One broker's place in its cluster: every broker has to know all controllers before the first starts. */
export interface KafkaNode {
  readonly id: number;
  readonly port: number;
  readonly controllerPort: number;
}

export interface KafkaCluster {
  readonly clusterId: string;
  readonly nodes: readonly KafkaNode[];
}

const pathOf = (dir: string): string => join(dir, 'kafka-cluster.json');

export const readCluster = (dir: string): KafkaCluster | null =>
  existsSync(pathOf(dir)) ? (JSON.parse(readFileSync(pathOf(dir), 'utf8')) as KafkaCluster) : null;

/** Gives every broker of the cluster whose data lies in `dir` ports that are free now. For a cluster of which nothing runs. */
export const planCluster = async (dir: string, brokers: number): Promise<void> => {
  const nodes: KafkaNode[] = [];
  for (let id = 1; id <= brokers; id += 1) nodes.push({ id, port: await freePort(), controllerPort: await freePort() });
  // An id that begins with a dash would be read as an option.
  const clusterId = readCluster(dir)?.clusterId ?? randomBytes(16).toString('base64url').replace(/^-/, 'A');
  mkdirSync(dir, { recursive: true });
  writeFileSync(pathOf(dir), JSON.stringify({ clusterId, nodes } satisfies KafkaCluster));
};
