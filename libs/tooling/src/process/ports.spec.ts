import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { freePort, isListening } from './ports.ts';

describe('a free port', () => {
  it('lies below those that outgoing connections get, and can be listened on', async () => {
    const port = await freePort();
    expect(port).toBeLessThan(32_768);
    expect(await isListening(port)).toBe(false);
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    expect(await isListening(port)).toBe(true);
    server.close();
    await once(server, 'close');
  });
});
