/**
 * Posts what came of a click to the address that Slack gave with it. Only to Slack's own: a request decides the address. @throws Error
 * where it is another's, or the answer is no good
 */
export const createSlackTeller =
  (origin: string | null) =>
  async (responseUrl: string, message: object): Promise<void> => {
    if (origin === null || new URL(responseUrl).origin !== new URL(origin).origin)
      throw new Error('telling Slack what came of a click: the address is not Slack’s');
    const answer = await fetch(responseUrl, {
      method: 'POST',
      redirect: 'error',
      signal: AbortSignal.timeout(5_000),
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(message),
    });
    if (!answer.ok) throw new Error(`telling Slack what came of a click: ${answer.status}`);
  };
