import { Stack } from '../stack/start-stack.ts';
import { root, stateDir } from './checkout.ts';
import { explainFailure } from './explain-failure.ts';
import { aloneInCheckout } from './one-at-a-time.ts';
import { createProgress } from './progress.ts';

const { step, say } = createProgress();
try {
  await aloneInCheckout({ purpose: 'npm stop', say }, () =>
    step('stopping services, simulators and servers', () => new Stack({ root, dir: stateDir, addresses: null }).stop()),
  );
} catch (error) {
  say(explainFailure(error, { begun: false }));
  process.exitCode = 1;
}
