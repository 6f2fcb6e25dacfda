import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { freePort, isFree } from '../process/ports.ts';
import { readWhole, writeWhole } from '../process/write-whole.ts';

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

export const readCluster = (dir: string): KafkaCluster | null => readWhole<KafkaCluster>(pathOf(dir));

const isFreeNow = async ({ port, controllerPort }: KafkaNode): Promise<boolean> =>
  (await isFree(port)) && (await isFree(controllerPort));

/**
 * Gives every broker of the cluster whose data lies in `dir` its ports: those it had, so that clients find it again, or others where
 * these are taken. For a cluster of which nothing runs.
 */
export const planCluster = async (dir: string, brokers: number): Promise<void> => {
  const before = readCluster(dir);
  if (before?.nodes.length === brokers && (await Promise.all(before.nodes.map(isFreeNow))).every(Boolean)) return;
  const nodes: KafkaNode[] = [];
  for (let id = 1; id <= brokers; id += 1) nodes.push({ id, port: await freePort(), controllerPort: await freePort() });
  // An id that begins with a dash would be read as an option.
  const clusterId = before?.clusterId ?? randomBytes(16).toString('base64url').replace(/^-/, 'A');
  writeWhole(pathOf(dir), { clusterId, nodes } satisfies KafkaCluster);
};
