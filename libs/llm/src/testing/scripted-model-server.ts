import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a server does with one request. */
export type ServerStep =
  | {
      readonly does: 'answer';
      readonly text: string;
      readonly finish?: string;
      readonly refusal?: string;
      readonly tokens?: readonly [number, number];
    }
  | {
      readonly does: 'refuse';
      readonly status: number;
      readonly message?: string;
      readonly code?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly does: 'say'; readonly body: string }
  | { readonly does: 'hang' }
  | { readonly does: 'dribble' }
  | { readonly does: 'reset' };

export interface SeenRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface ScriptedModelServer {
  /** For `createLanguageModel`. */
  readonly baseUrl: string;
  readonly requests: readonly SeenRequest[];
  /** What to do with the next requests, in turn; the last step stays in force. */
  script(...steps: readonly ServerStep[]): void;
  close(): Promise<void>;
}

const messageOf = ({ text, refusal }: Extract<ServerStep, { does: 'answer' }>) => ({
  role: 'assistant',
  content: refusal === undefined ? text : null,
  refusal: refusal ?? null,
});

const completion = (step: Extract<ServerStep, { does: 'answer' }>, model: unknown) => {
  const { finish = 'stop', tokens: [input, output] = [100, 20] } = step;
  return {
    id: 'chatcmpl-test',
    object: 'chat.completion',
    created: 0,
    model: `${String(model)}-2026`,
    choices: [{ index: 0, finish_reason: finish, message: messageOf(step) }],
    usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
  };
};

const sendJson = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

const refuse = (step: Extract<ServerStep, { does: 'refuse' }>, response: ServerResponse): void => {
  for (const [name, value] of Object.entries(step.headers ?? {})) response.setHeader(name, value);
  sendJson(response, step.status, {
    error: { message: step.message ?? 'no', type: 'error', code: step.code ?? null, param: null },
  });
};

const perform = (step: ServerStep, model: unknown, response: ServerResponse): void => {
  switch (step.does) {
    case 'answer':
      return sendJson(response, 200, completion(step, model));
    case 'refuse':
      return refuse(step, response);
    case 'say':
      return void response.writeHead(200, { 'content-type': 'application/json' }).end(step.body);
    case 'dribble':
      return void response.writeHead(200, { 'content-type': 'application/json' }).write('{"id":');
    case 'reset':
      return void response.destroy();
    case 'hang':
      return undefined;
  }
};

const bodyOf = async (request: IncomingMessage): Promise<Record<string, unknown>> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
};

/** An OpenAI-compatible server over real HTTP that does what its script says and remembers what it got. */
export const startScriptedModelServer = async (): Promise<ScriptedModelServer> => {
  const requests: SeenRequest[] = [];
  let steps: readonly ServerStep[] = [{ does: 'refuse', status: 500 }];
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    requests.push({ path: request.url ?? '', authorization: request.headers.authorization, body });
    const [step, ...rest] = steps;
    if (rest.length > 0) steps = rest;
    if (step) perform(step, body['model'], response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    script: (...next) => {
      steps = next;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
