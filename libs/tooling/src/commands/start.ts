import { appNames } from '../build/build-apps.ts';
import { examine } from '../infra/examine.ts';
import { endLeftovers } from '../process/leftovers.ts';
import { readState } from '../stack/run-file.ts';
import { Stack } from '../stack/start-stack.ts';
import { root, stateDir } from './checkout.ts';
import { printFindings } from './doctor.ts';
import { explainFailure } from './explain-failure.ts';
import { infrastructureOfCheckout } from './infrastructure.ts';
import { InterruptedError, takeInterruptions, type Interruption } from './interruption.ts';
import { aloneInCheckout } from './one-at-a-time.ts';
import { createProgress } from './progress.ts';
import { samples, send, warmUp } from './samples.ts';
import { showFlow, untilThrough } from './show.ts';
import { readStartOptions, type StartOptions } from './start-options.ts';

const { step, say, elapsed } = createProgress();
const LOOK_MS = 2_000;
/** Whether anything was started that a failure leaves behind. */
let begun = false;

const createStack = async ({ infra, scale }: StartOptions, { check }: Interruption): Promise<Stack> => {
  const choice = await infrastructureOfCheckout(infra);
  if (!printFindings(examine(root, choice))) throw new Error('this machine lacks what is marked above');
  return new Stack({
    root,
    dir: stateDir,
    scale,
    addresses: choice.addresses,
    ...(choice.kind === 'environment' ? {} : { infrastructure: choice.kind }),
    step: async (what, work) => {
      check();
      const result = await step(what, work);
      check();
      return result;
    },
  });
};

const sendSamples = async (stack: Stack): Promise<void> => {
  await step('sending a first inquiry through the chain, to warm it up', async () =>
    untilThrough(await send(warmUp(), stack.run), stack.run),
  );
  say('\n  Six inquiries, on their way through the chain:\n');
  const sent = [];
  for (const sample of samples()) sent.push(await send(sample, stack.run));
  await showFlow(sent, stack.run);
};

const stopAll = async (stack: Stack): Promise<void> => {
  say('');
  await step('stopping services, simulators and servers', () => stack.stop());
};

const bringUp = async (options: StartOptions, interruption: Interruption): Promise<Stack> => {
  const leftovers = await endLeftovers(stateDir);
  if (leftovers.length > 0) say(`  ended what an earlier test run left behind: ${leftovers.join(', ')}`);
  const stack = await createStack(options, interruption);
  begun = true;
  try {
    await stack.start();
    return stack;
  } catch (error) {
    if (error instanceof InterruptedError) await stopAll(stack);
    throw error;
  }
};

const STOPPED_BY_OTHERS = Symbol('stopped by others');

/** Settles once another command has stopped what runs here. */
const untilStoppedByOthers = (): Promise<typeof STOPPED_BY_OTHERS> =>
  new Promise((resolve) => {
    const timer = setInterval(() => {
      if (Object.keys(readState(stateDir)?.services ?? {}).length > 0) return;
      clearInterval(timer);
      resolve(STOPPED_BY_OTHERS);
    }, LOOK_MS);
  });

const start = async (): Promise<void> => {
  const options = readStartOptions(
    process.argv.slice(2),
    appNames(root).filter((name) => name !== 'simulators'),
  );
  const interruption = takeInterruptions(say, 'what still runs is stopped by: npm stop');
  const alone = { purpose: 'npm start', say };
  say('Sluice');
  const stack = await aloneInCheckout({ ...alone, check: interruption.check }, () => bringUp(options, interruption));
  // As it stands by then: another command may have changed what runs.
  const stopWhatRuns = () => aloneInCheckout(alone, () => stopAll(new Stack({ root, dir: stateDir, addresses: null })));
  try {
    if (options.samples) await Promise.race([sendSamples(stack), interruption.asked]);
    interruption.check();
  } catch (error) {
    if (error instanceof InterruptedError) await stopWhatRuns();
    throw error;
  }
  const { ingest, api } = stack.run.services;
  say(
    `\n  Up after ${elapsed()}.\n    intake     ${ingest?.[0]?.url}/docs\n    API        ${api?.[0]?.url}/docs\n    addresses  .sluice/run.json (secrets too)\n    logs       .sluice/logs/`,
  );
  if (options.detach) return say('  `npm stop` ends everything.');
  say('  Ctrl-C stops everything.');
  if ((await Promise.race([interruption.asked, untilStoppedByOthers()])) === STOPPED_BY_OTHERS)
    return say('  Stopped by another command.');
  await stopWhatRuns();
};

try {
  await start();
  process.exit(0);
} catch (error) {
  if (!(error instanceof InterruptedError)) say(explainFailure(error, { begun }));
  process.exit(error instanceof InterruptedError ? 130 : 1);
}
