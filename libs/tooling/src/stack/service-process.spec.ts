import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { thisProcess } from '../process/identity.mjs';
import type { Replica } from './run-file.ts';
import { takesPart, untilReady } from './service-process.ts';

/** What a service says of itself: by path a status, and what it lacks. */
interface Said {
  readonly alive: boolean;
  readonly lack: string | null;
}

let server: Server;
let replica: Replica;
/** The last one goes on. */
let sayings: Said[];

beforeEach(async () => {
  server = createServer(({ url }, response) => {
    const { alive, lack } = sayings[0] ?? { alive: true, lack: null };
    if (url === '/readyz' && sayings.length > 1) sayings.shift();
    const isOk = url === '/healthz' ? alive : lack === null;
    response.statusCode = isOk ? 200 : 503;
    response.end(JSON.stringify({ findings: [{ name: 'route-inquiry', ready: isOk, reason: lack }] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  replica = { ...thisProcess(), url, log: '/nowhere' };
});
afterEach(() => server.close());

const BRIEFLY = { quietMs: 400, sameMs: 800, patience: () => 1 };

describe('a service that lives', () => {
  it('takes part when it is ready, or gets ready while it is looked at', async () => {
    sayings = [
      { alive: true, lack: 'joining' },
      { alive: true, lack: 'fetching' },
      { alive: true, lack: null },
    ];
    expect(await takesPart('router', replica, BRIEFLY)).toBe(true);
  });

  it('takes no part when it says itself that only a new process helps', async () => {
    sayings = [{ alive: false, lack: null }];
    expect(await takesPart('router', replica, BRIEFLY)).toBe(false);
  });

  it('takes no part when it stays unready for longer than it may, whatever its liveness says', async () => {
    sayings = [{ alive: true, lack: 'the broker has refused it' }];
    expect(await takesPart('router', replica, BRIEFLY)).toBe(false);
  });
});

describe('a service that does not get ready', () => {
  it('is named with what it lacks', async () => {
    sayings = [{ alive: true, lack: 'no topic' }];
    await expect(untilReady('router', replica, BRIEFLY)).rejects.toThrow(
      /waiting for router to be ready: .*\(route-inquiry: no topic\)/u,
    );
  });
});
