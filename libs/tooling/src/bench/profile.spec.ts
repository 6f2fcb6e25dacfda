import { describe, expect, it } from 'vitest';
import { summarise } from './profile.ts';

const frame = (functionName: string, url: string) => ({ functionName, url, lineNumber: 9 });

describe('a profile', () => {
  const profile = {
    startTime: 100_000_000,
    nodes: [
      { id: 1, callFrame: frame('(idle)', '') },
      { id: 2, callFrame: frame('encode', 'file:///w/node_modules/@kafkajs/confluent/dist/x.js') },
      { id: 3, callFrame: frame('decide', 'file:///w/dist/apps/router/main.js') },
      { id: 4, callFrame: frame('(garbage collector)', '') },
    ],
    samples: [1, 2, 3, 3, 4],
    timeDeltas: [9_000_000, 1_000_000, 500_000, 500_000, 2_000_000],
  };
  const { byPackage, byFunction, busySeconds } = summarise(profile);

  it('leaves out what was before the moment that is asked for', () => {
    expect(summarise(profile, 110_400_000).busySeconds).toBe(3);
  });

  it('leaves idle time out of what everything is a share of', () => {
    expect(busySeconds).toBe(4);
  });

  it('is summed by package, with our own bundle and the garbage collector among them', () => {
    expect(byPackage).toEqual([
      { what: '(garbage collector)', share: 0.5 },
      { what: '@kafkajs/confluent', share: 0.25 },
      { what: 'our code', share: 0.25 },
    ]);
  });

  it('names functions with package and line', () => {
    expect(byFunction[1]?.what).toBe('@kafkajs/confluent: encode:10');
  });
});
