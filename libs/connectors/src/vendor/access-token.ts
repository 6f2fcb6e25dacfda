import { z } from 'zod';
import { failed, failureOf, VendorError } from './failure.ts';
import { sendByFetch } from './send-by-fetch.ts';
import { createVendorApi, type VendorRequest } from './vendor-api.ts';
import { readAnswer } from './read-answer.ts';

export interface AccessTokenOptions {
  /** Base address, and where below it tokens are given out. */
  readonly url: string;
  readonly path: string;
  /** OAuth 2.0: `grant_type` and the credentials it takes. */
  readonly form: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

const granted = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().positive().default(3_600) });
const MS_PER_SECOND = 1_000;
/** A token is fetched anew this long before it runs out. */
const EARLY_MS = 60_000;
/** What a token endpoint answers when it does not know us. */
const REFUSED: ReadonlySet<string> = new Set(['http-400', 'http-401', 'http-403']);

/** Gives the token that is good now; one request fetches it for all who wait. @throws VendorError: nothing was applied */
export const accessToken = ({ url, path, form, timeoutMs }: AccessTokenOptions) => {
  const api = createVendorApi({ send: sendByFetch({ url, headers: async () => ({}) }), timeoutMs });
  const request: VendorRequest = { method: 'POST', path, form };
  let held: { readonly token: string; readonly until: number } | null = null;
  let fetching: Promise<string> | null = null;

  const fetchToken = async (): Promise<string> => {
    try {
      const answer = await api.ask(request);
      if (answer === null) throw failed('misconfigured', 'no-token-endpoint');
      const { access_token: token, expires_in: seconds } = readAnswer(granted, answer);
      held = { token, until: Date.now() + seconds * MS_PER_SECOND - EARLY_MS };
      return token;
    } catch (error) {
      const failure = failureOf(error);
      throw REFUSED.has(failure.reason) ? failed('misconfigured', 'credentials-refused') : new VendorError(failure);
    }
  };

  return {
    async get(): Promise<string> {
      if (held && Date.now() < held.until) return held.token;
      fetching ??= fetchToken().finally(() => {
        fetching = null;
      });
      return fetching;
    },
    /** It was refused: the next request fetches another. */
    forget(): void {
      held = null;
    },
  };
};
