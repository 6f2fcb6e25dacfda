import { describe, expect, it } from 'vitest';
import { summarise, together } from './profile.ts';

const frame = (functionName: string, url: string) => ({ functionName, url, lineNumber: 9, columnNumber: 0 });

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
    expect(summarise(profile, { since: 110_400_000 }).busySeconds).toBe(3);
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

  it('says of our own code which project and file it comes from, where the build has left a map', () => {
    const findSource = ({ url }: { readonly url: string }) =>
      url.endsWith('main.js') ? 'apps/router/src/stages/route.stage.ts' : null;
    const named = summarise(profile, { findSource });
    expect(named.byPackage.at(-1)).toEqual({ what: 'apps/router', share: 0.25 });
    expect(named.byFunction.at(-1)?.what).toBe('apps/router/src/stages/route.stage.ts: decide');
  });

  it('of several services is that of all their time', () => {
    const other = {
      byPackage: [{ what: 'zod', share: 1 }],
      byFunction: [{ what: 'zod: parse', share: 1 }],
      busySeconds: 4,
    };
    const both = together([summarise(profile), other]);
    expect(both.busySeconds).toBe(8);
    expect(both.byPackage.slice(0, 2)).toEqual([
      { what: 'zod', share: 0.5 },
      { what: '(garbage collector)', share: 0.25 },
    ]);
  });
});
