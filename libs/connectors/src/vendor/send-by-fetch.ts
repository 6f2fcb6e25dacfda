import type { VendorRequest } from './vendor-api.ts';

export interface Sending {
  /** Base address, with or without a slash at its end. */
  readonly url: string;
  /** Credentials and what else every request has. Asked for anew each time. */
  readonly headers: () => Promise<Readonly<Record<string, string>>>;
}

const bodyOf = ({ json, text, form }: VendorRequest): { readonly body?: string; readonly type?: string } => {
  if (json !== undefined) return { body: JSON.stringify(json), type: 'application/json' };
  if (text !== undefined) return { body: text, type: 'text/plain' };
  if (form === undefined) return {};
  return { body: new URLSearchParams(form).toString(), type: 'application/x-www-form-urlencoded' };
};

/** For vendors that have no SDK of their own for this. Redirects are not followed: they would carry credentials elsewhere. */
export const sendByFetch =
  ({ url, headers }: Sending) =>
  async (request: VendorRequest, signal: AbortSignal): Promise<Response> => {
    const address = new URL(url.replace(/\/+$/, '') + request.path);
    for (const [name, value] of Object.entries(request.query ?? {})) address.searchParams.set(name, value);
    const { body, type } = bodyOf(request);
    return fetch(address, {
      method: request.method,
      redirect: 'manual',
      signal,
      headers: {
        accept: 'application/json',
        'user-agent': 'Sluice',
        ...(type === undefined ? {} : { 'content-type': type }),
        ...(await headers()),
        ...request.headers,
      },
      ...(body === undefined ? {} : { body }),
    });
  };
