import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Simulator } from '../desk/desk.ts';
import { refuseControl } from '../desk/problem.ts';
import { knownPages, page, type Page } from './pages.ts';

const FILLER = Buffer.alloc(64 * 1024, 'x');

function* padded({ body, padToBytes }: Page): Generator<Buffer> {
  const start = Buffer.from(body);
  yield start;
  for (let sent = start.length; sent < padToBytes; sent += FILLER.length) yield FILLER;
}

const send = async (found: Page, reply: FastifyReply): Promise<FastifyReply> => {
  if (found.slowMs > 0) await pause(found.slowMs);
  void reply.code(found.status).type(found.contentType);
  if (found.location !== undefined) void reply.header('location', found.location);
  return reply.send(found.padToBytes > 0 ? Readable.from(padded(found)) : found.body);
};

export interface WebsiteSimulator extends Simulator {
  /** Whether a request with this Host header is meant for one of the pages. */
  isHost(name: string): boolean;
}

/** Other people's home pages, by host and path. Reached under `/website/<host>/<path>`, or by the Host header. */
export const websiteSimulator = (): WebsiteSimulator => {
  const pages = new Map<string, Page>();
  const hosts = new Set<string>();
  const add = (one: Page): void => {
    hosts.add(one.host.toLowerCase());
    pages.set(`${one.host.toLowerCase()}${one.path}`, one);
  };
  knownPages.forEach(add);

  return {
    name: 'website',
    isHost: (name) => hosts.has(name.toLowerCase()),
    routes(app) {
      app.get<{ Params: { host: string; '*': string } }>('/:host/*', async (request, reply) => {
        const found = pages.get(`${request.params.host.toLowerCase()}/${request.params['*']}`);
        return found ? send(found, reply) : reply.code(404).type('text/html').send('<h1>Not found</h1>');
      });
    },
    controls(app) {
      app.post('/pages', async (request, reply) => {
        const wanted = z.array(page).safeParse(request.body);
        if (!wanted.success) return refuseControl(reply, wanted.error);
        wanted.data.forEach(add);
        return { pages: pages.size };
      });
    },
  };
};
