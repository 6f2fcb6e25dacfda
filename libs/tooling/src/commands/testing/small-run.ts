// A run that starts one service and then does what its second argument says. The first names the folder of its state.
import { join } from 'node:path';
import { spawnDetached } from '../../process/spawn.ts';
import { guardedRun } from '../guarded-run.ts';

const [stateDir = '', then = ''] = process.argv.slice(2);

const work = async (): Promise<number> => {
  const { pid } = await spawnDetached({
    what: 'router',
    kind: 'service',
    command: process.execPath,
    args: ['--eval', 'setInterval(() => undefined, 1000)'],
    log: join(stateDir, 'router.log'),
  });
  console.log(`started ${pid}`);
  if (then === 'end') return 3;
  if (then === 'throw')
    setImmediate(() => {
      throw new Error('a defect nobody catches');
    });
  // Never by itself.
  setInterval(() => undefined, 1_000);
  return new Promise(() => undefined);
};

await guardedRun(
  {
    stateDir,
    say: (text) => console.log(text),
    onCut: (why) => console.log(`cut: ${why}`),
    ...(then === 'limit' ? { limitMs: 500 } : {}),
  },
  work,
);
