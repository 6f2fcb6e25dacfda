import { CommandError, type CommandWorld } from './command-world.ts';

export interface ApiAnswer {
  readonly status: number;
  readonly etag: string | null;
  readonly body: Readonly<Record<string, unknown>>;
}

interface Question {
  readonly method?: 'GET' | 'PUT' | 'POST';
  readonly body?: object;
  readonly ifMatch?: string | null;
}

/** Asks the API of a running installation. @throws CommandError when there is none, or it does not answer */
export const askApi = async (
  { api }: CommandWorld,
  path: string,
  { method = 'GET', body, ifMatch = null }: Question = {},
): Promise<ApiAnswer> => {
  if (api === null)
    throw new CommandError(
      'no installation is named: --api (or SLUICE_API_URL) says where it answers, SLUICE_API_KEY who asks; or run `npm start` here',
    );
  if (api.key === null) throw new CommandError('SLUICE_API_KEY is not set: the key whose name the versions will bear');
  const headers = {
    authorization: `Bearer ${api.key}`,
    ...(body ? { 'content-type': 'application/json' } : {}),
    ...(ifMatch === null ? {} : { 'if-match': ifMatch }),
  };
  try {
    const answer = await fetch(`${api.url}${path}`, {
      method,
      headers,
      body: body ? JSON.stringify(body) : null,
      signal: AbortSignal.timeout(30_000),
    });
    return {
      status: answer.status,
      etag: answer.headers.get('etag'),
      body: (await answer.json()) as ApiAnswer['body'],
    };
  } catch (error) {
    throw new CommandError(
      `asking ${api.url}: ${error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : 'no answer'}`,
      { cause: error },
    );
  }
};
