import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import { examine, type Finding } from '../infra/examine.ts';
import { examineSlack } from '../infra/examine-slack.ts';
import { examineTopics } from '../infra/examine-topics.ts';
import type { Addresses } from '../stack/addresses.ts';
import { readRunFile } from '../stack/run-file.ts';
import { root, stateDir } from './checkout.ts';
import { infrastructureOfCheckout } from './infrastructure.ts';

/** Prints what this machine has and lacks. False when something is missing. */
export const printFindings = (findings: readonly Finding[]): boolean => {
  const width = Math.max(...findings.map(({ what }) => what.length));
  for (const { what, found, mend } of findings)
    console.log(
      `  ${mend === null ? '✔' : '✘'} ${what.padEnd(width)}  ${found}${mend === null ? '' : `\n      ${mend}`}`,
    );
  return findings.every(({ mend }) => mend === null);
};

/** The servers of this checkout, while services of it run; null when there is nothing to ask. */
const addressesOfRun = (): Addresses | null => {
  const run = readRunFile(stateDir);
  return run && Object.keys(run.services).length > 0
    ? {
        brokers: run.kafka.brokers,
        registryUrl: run.registry.url,
        postgresUrl: run.postgres.url,
        redisUrl: run.redis.url,
      }
    : null;
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({ options: { infra: { type: 'string' } } });
  try {
    const choice = await infrastructureOfCheckout(values.infra);
    console.log('What Sluice needs of this machine:');
    const addresses = choice.addresses ?? addressesOfRun();
    const { SLUICE_SLACK_TOKEN: token, SLUICE_SLACK_API_URL: apiUrl } = process.env;
    const findings = [
      ...examine(root, choice),
      ...(addresses === null ? [] : await examineTopics(addresses)),
      ...(await examineSlack(root, { token, apiUrl })),
    ];
    process.exitCode = printFindings(findings) ? 0 : 1;
  } catch (error) {
    console.log(`  ✘ ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
