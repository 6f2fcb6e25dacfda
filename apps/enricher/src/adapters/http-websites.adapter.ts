import { truncate } from '@sluice/kernel';
import { Agent, fetch, type Response } from 'undici';
import type { Finding, FindOptions, Provider } from '../ports/provider.port.ts';
import { pageText } from './page-text.ts';
import {
  ForbiddenAddressError,
  guardedLookup,
  resolveBySystem,
  type AllowedNetworks,
  type Resolve,
} from './public-address.ts';
import { readCapped } from './read-capped.ts';
import { visitableUrl } from './visitable-url.ts';

export interface HttpWebsitesOptions {
  /** Visits `<baseUrl>/<host>/<path>` instead of the host itself: a mirror or a simulator. Null visits the host. */
  readonly baseUrl: string | null;
  /** CIDRs that may be visited although they are not public. Default none. */
  readonly allowedNetworks?: AllowedNetworks;
  /** Ports a page may be at; '' is the scheme's own. Default only that. */
  readonly ports?: readonly string[];
  readonly resolve?: Resolve;
}

const MAX_REDIRECTS = 3;
/** More of a page is never fetched: its first thousand characters are in there, or it isn't a page for people. */
const MAX_BYTES = 512 * 1024;
const HEADERS = {
  accept: 'text/html,application/xhtml+xml;q=0.9,text/plain;q=0.5',
  'user-agent': 'Sluice/0.1 (company home page reader)',
};
const MISSING: ReadonlySet<number> = new Set([404, 410, 451]);

type Visit = Finding<string> | { readonly status: 'elsewhere'; readonly location: string };

const read = async (response: Response, { maxCharacters }: FindOptions): Promise<Visit> => {
  const location = response.headers.get('location');
  if (response.status >= 300 && response.status < 400 && location) return { status: 'elsewhere', location };
  if (MISSING.has(response.status)) return { status: 'not-found' };
  if (!response.ok) return { status: 'failed', because: `status ${response.status}` };
  const body = await readCapped(response.body, MAX_BYTES);
  const text = pageText(body, response.headers.get('content-type') ?? '');
  return text ? { status: 'found', value: truncate(text, maxCharacters) } : { status: 'not-found' };
};

/** Why nothing answered. A domain without a host has no page: that is an answer. */
const unmet = (error: unknown): Finding<string> => {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof ForbiddenAddressError) return { status: 'failed', because: 'forbidden address' };
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return code === 'ENOTFOUND' ? { status: 'not-found' } : { status: 'failed', because: 'unreachable' };
};

/** The home page's text, fetched without ever being led into a network that isn't public (SSRF). Each redirect is checked anew. */
export const httpWebsites = (options: HttpWebsitesOptions): Provider<string> & { close(): Promise<void> } => {
  const { baseUrl, allowedNetworks = [], ports = [''], resolve = resolveBySystem } = options;
  const rules = { allowedNetworks, ports: new Set(ports) };
  // The mirror's address is the operator's own choice; only strangers' addresses are guarded.
  const agent = new Agent({
    keepAliveTimeout: 1,
    ...(baseUrl === null ? { connect: { lookup: guardedLookup(resolve, allowedNetworks) } } : {}),
  });
  const placeOf = ({ href, host, pathname, search }: URL): string =>
    baseUrl === null ? href : `${baseUrl.replace(/\/+$/, '')}/${host}${pathname}${search}`;

  const visit = async (url: URL, find: FindOptions): Promise<Visit> => {
    const response = await fetch(placeOf(url), {
      dispatcher: agent,
      headers: HEADERS,
      redirect: 'manual',
      signal: find.signal,
    });
    try {
      return await read(response, find);
    } finally {
      await response.body?.cancel().catch(() => undefined);
    }
  };

  const follow = async (start: string, find: FindOptions): Promise<Finding<string>> => {
    let next = visitableUrl(start, rules);
    for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
      if (!next) return { status: 'failed', because: 'forbidden address' };
      const visited = await visit(next, find);
      if (visited.status !== 'elsewhere') return visited;
      next = visitableUrl(visited.location, { ...rules, base: next.href });
    }
    return { status: 'failed', because: 'too many redirects' };
  };

  const attempt = async (start: string, find: FindOptions): Promise<Finding<string>> => {
    try {
      return await follow(start, find);
    } catch (error) {
      return find.signal.aborted ? { status: 'failed', because: 'timeout' } : unmet(error);
    }
  };

  return {
    name: 'website',
    async find(host, find) {
      const secure = await attempt(`https://${host}/`, find);
      const mayBePlain = secure.status === 'failed' && secure.because === 'unreachable' && baseUrl === null;
      return mayBePlain ? attempt(`http://${host}/`, find) : secure;
    },
    close: () => agent.close(),
  };
};
