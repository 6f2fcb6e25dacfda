import { accessToken, type AccessTokenOptions } from './access-token.ts';
import { sendByFetch } from './send-by-fetch.ts';
import { createVendorApi, type VendorApi, type VendorApiOptions } from './vendor-api.ts';

export interface TokenApiOptions extends Pick<VendorApiOptions, 'timeoutMs' | 'read'> {
  readonly url: string;
  /** Where tokens come from, and for what. */
  readonly token: Omit<AccessTokenOptions, 'timeoutMs'>;
}

const UNAUTHORIZED = 401;

/** Calls a vendor with an access token: one that was refused is fetched anew by the next request. */
export const createTokenApi = ({ url, token, timeoutMs, read = () => null }: TokenApiOptions): VendorApi => {
  const access = accessToken({ ...token, timeoutMs });
  return createVendorApi({
    send: sendByFetch({ url, headers: async () => ({ authorization: `Bearer ${await access.get()}` }) }),
    timeoutMs,
    read: (answer) => {
      if (answer.status === UNAUTHORIZED) access.forget();
      return read(answer);
    },
  });
};
