import { createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';
import type { InquiryBody } from './inquiries.ts';

export interface Acknowledged {
  readonly inquiryId: string;
  /** When the 202 came, in milliseconds of `performance.now()`. */
  readonly at: number;
}

export type Send = (body: InquiryBody) => Promise<Acknowledged>;

/** Sends signed inquiries over HTTP, on connections that stay open. */
export const createSender = (url: string, secret: string): { readonly send: Send; close(): void } => {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const target = new URL('/v1/inquiries', url);

  const send: Send = (body) =>
    new Promise((resolve, reject) => {
      const bytes = JSON.stringify(body);
      const signature = createHmac('sha256', secret).update(bytes).digest('hex');
      const headers = {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(bytes),
        'x-signature': `sha256=${signature}`,
      };
      const sent = request(target, { method: 'POST', agent, headers }, (answer) => {
        const at = performance.now();
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          if (answer.statusCode !== 202) return reject(new Error(`sending an inquiry: answered ${answer.statusCode}`));
          const { inquiryId } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { inquiryId: string };
          resolve({ inquiryId, at });
        });
      });
      sent.on('error', reject);
      sent.end(bytes);
    });

  return { send, close: () => agent.destroy() };
};
