import { z } from 'zod';
import { knownCompanies } from '../firmographics/companies.ts';

export const page = z.strictObject({
  host: z.string().min(1),
  path: z.string().startsWith('/').default('/'),
  status: z.int().min(200).max(599).default(200),
  contentType: z.string().default('text/html; charset=utf-8'),
  /** Where to redirect to; with a status of 3xx. */
  location: z.string().optional(),
  body: z.string().default(''),
  /** Waits this long before the first byte. */
  slowMs: z.int().min(0).max(600_000).default(0),
  /** Goes on with filler until this many bytes were sent. */
  padToBytes: z.int().min(0).max(100_000_000).default(0),
});
export type Page = z.output<typeof page>;

const html = (title: string, text: string): string =>
  `<!doctype html><html lang="en"><head><title>${title}</title><style>p{color:#222}</style></head><body><nav>Home About Contact</nav><h1>${title}</h1><p>${text}</p><script>track()</script></body></html>`;

const redirect = (path: string, location: string) => page.parse({ host: 'traps.example', path, status: 302, location });

const homePages = knownCompanies.map(({ domain, name, industry, employees }) =>
  page.parse({
    host: domain,
    body: html(
      name,
      `${name} works in ${industry ?? 'many fields'} with ${employees ?? 'a few'} people. Talk to us about what you need.`,
    ),
  }),
);

/** What a fetcher of strangers' pages must survive. */
const traps: readonly Page[] = [
  redirect('/to-metadata', 'http://169.254.169.254/latest/meta-data/'),
  redirect('/to-loopback', 'http://127.0.0.1:1/'),
  redirect('/to-private', 'http://10.0.0.1/'),
  redirect('/to-private-v6', 'http://[fd00::1]/'),
  redirect('/to-file', 'file:///etc/passwd'),
  redirect('/loop', '/loop'),
  page.parse({ host: 'traps.example', path: '/slow', slowMs: 10_000, body: html('Slow', 'Late.') }),
  page.parse({ host: 'traps.example', path: '/huge', padToBytes: 20_000_000, body: html('Huge', 'Endless.') }),
  page.parse({
    host: 'traps.example',
    path: '/binary',
    contentType: 'application/octet-stream',
    body: '\u0000\u0001\u0002',
  }),
  page.parse({ host: 'traps.example', path: '/broken', status: 500, body: html('Broken', 'Sorry.') }),
];

export const knownPages: readonly Page[] = [...homePages, ...traps];
