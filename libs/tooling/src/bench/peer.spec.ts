import { describe, expect, it } from 'vitest';
import { measurePeer, rateIn } from './peer.ts';

const addresses = {
  brokers: ['127.0.0.1:1', '127.0.0.1:2'],
  registryUrl: 'http://127.0.0.1:3',
  postgresUrl: 'postgres://127.0.0.1:4/x',
  redisUrl: 'redis://127.0.0.1:5',
};
const says = (code: string): string => `"${process.execPath}" --eval '${code}'`;

describe('a peer', () => {
  it('is run in the same run, and told where the servers are', async () => {
    const command = says(
      'console.log("warming up"); console.log(JSON.stringify({ per_second: process.env.SLUICE_KAFKA_BROKERS.length }))',
    );
    expect(await measurePeer(command, addresses)).toBe('127.0.0.1:1,127.0.0.1:2'.length);
  });

  it('says its rate in the last line that has one', () => {
    expect(rateIn('{"per_second": 1}\nso\n{"per_second": 12.5}\nbye\n', 'x')).toBe(12.5);
  });

  it.each([
    ['prints no rate', 'console.log(1)', 'it printed no line {"per_second": <a number above 0>}'],
    ['prints nought', 'console.log(JSON.stringify({ per_second: 0 }))', 'it printed no line'],
    ['fails', 'process.exit(7)', 'it ended with 7'],
  ])('that %s is refused, since a ratio to it would mean nothing', async (_what, code, message) => {
    await expect(measurePeer(says(code), addresses)).rejects.toThrow(message);
  });
});
