import { describe, expect, it } from 'vitest';
import { readStartOptions } from './start-options.ts';

const services = ['classifier', 'router'];

describe('the arguments of npm start', () => {
  it('none means one of each, attached, with samples', () => {
    expect(readStartOptions([], services)).toEqual({ detach: false, samples: true, scale: {}, infra: undefined });
  });

  it('are read', () => {
    expect(
      readStartOptions(
        ['--detach', '--no-samples', '--scale', 'router=2', '--scale=classifier=3', '--infra=native'],
        services,
      ),
    ).toEqual({ detach: true, samples: false, scale: { router: 2, classifier: 3 }, infra: 'native' });
  });

  it.each([
    {
      args: ['--scale', 'router'],
      says: /--scale router: write <service>=<number of replicas>, as in --scale classifier=2/,
    },
    { args: ['--scale', 'scorer=2'], says: /there is no service scorer; there are classifier, router/ },
    { args: ['--detached'], says: /--detached/ },
  ])('$args are refused, with what is right', ({ args, says }) => {
    expect(() => readStartOptions(args, services)).toThrow(says);
  });
});
