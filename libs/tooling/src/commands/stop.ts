import { Stack } from '../stack/start-stack.ts';
import { root, stateDir } from './checkout.ts';
import { createProgress } from './progress.ts';

const { step } = createProgress();
await step('stopping services, simulators and servers', () => new Stack({ root, dir: stateDir }).stop());
