import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inquiryRaw, type InquiryRaw } from '@sluice/contracts';
import { uuidV5, type DecisionId, type InquiryId, type PlaybookHash } from '@sluice/kernel';
import { playbookSchema } from '@sluice/policy';
import { loadPlaybooks } from '@sluice/policy/files';
import { createInquiryParser } from '../adapters/mime-inquiry-parser.adapter.ts';
import type { Remembered } from '../domain/inquiry-memory.ts';
import type { ParsedInquiry } from '../ports/inquiry-parser.port.ts';
import { normalizeInquiry } from '../stages/normalize-inquiry.stage.ts';
import { filesIn } from './files-in.ts';
import type { Figure } from './measure-intake.ts';

const RECEIVED_AT = '2026-01-05T09:00:00.000Z';
/** The defaults of the schema: what a playbook that says nothing about intake means. */
const intake = playbookSchema.shape.intake.parse({});
const [anyPlaybook] = loadPlaybooks(join(import.meta.dirname, '..', '..', '..', '..', 'playbooks')).playbooks;
if (!anyPlaybook) throw new Error('measuring: there is no playbook');
/** One that keeps what machines write, and says nothing else about intake. */
const playbook = {
  ...anyPlaybook.playbook,
  tenants: {},
  overrides: { tenant: {}, brand: {}, channel: {}, intent: {} },
  intake: { ...intake, drop: [] },
};
const nobody: InquiryRaw['contact'] = {
  email: null,
  name: null,
  phone: null,
  title: null,
  company: null,
  website: null,
  country: null,
};

const blobs = { put: async () => '', get: async () => null };
const parser = createInquiryParser({ blobs, contactSecret: 'measuring' });

const rawOf = (path: string): InquiryRaw =>
  inquiryRaw.v1.parse({
    inquiryId: uuidV5('measure', path) as InquiryId,
    brand: 'default',
    source: 'mail',
    channel: 'mail',
    receivedAt: RECEIVED_AT,
    contact: nobody,
    attachments: [],
    content: {
      sourceEventId: path,
      threadId: null,
      subject: null,
      text: null,
      metadata: {},
      mail: { at: 'inline', base64: readFileSync(path).toString('base64') },
    },
  });

const parsing = async (folder: string, name: string): Promise<Figure> => {
  const outcomes = await Promise.all(
    filesIn(join(folder, 'mail', name)).map((path) =>
      parser.parse(rawOf(path), intake).then(
        ({ kind }) => kind,
        () => 'threw',
      ),
    ),
  );
  return {
    corpus: name,
    what: 'mails parsed without a fault',
    right: outcomes.filter((kind) => kind === 'parsed').length,
    of: outcomes.length,
  };
};

/** Folds a folder of mails through the stage itself, and looks where each answer went. */
const threading = async (folder: string): Promise<Figure> => {
  const memory = new Map<string, Remembered>();
  const byMessage = new Map<string, string>();
  const answers: { readonly to: string; readonly conversation: string }[] = [];
  for (const path of filesIn(join(folder, 'mail', 'ham'))) {
    const raw = rawOf(path);
    const parsed = await parser.parse(raw, intake);
    if (parsed.kind !== 'parsed') continue;
    const conversation = decide(raw, parsed, memory);
    if (conversation === null) continue;
    if (parsed.messageId) byMessage.set(parsed.messageId, conversation);
    const parent = parsed.inReplyTo.find((id) => byMessage.has(id));
    if (parent) answers.push({ to: parent, conversation });
  }
  return {
    corpus: 'ham',
    what: 'threads joined (answers whose parent came before)',
    right: answers.filter(({ to, conversation }) => byMessage.get(to) === conversation).length,
    of: answers.length,
  };
};

const decide = (raw: InquiryRaw, parsed: ParsedInquiry, memory: Map<string, Remembered>): string | null => {
  const outcome = normalizeInquiry.decide(
    raw,
    parsed,
    { get: (key) => memory.get(key), list: () => [] },
    {
      now: RECEIVED_AT,
      decisionId: uuidV5(raw.inquiryId) as DecisionId,
      playbook,
      playbookHash: '0'.repeat(64) as PlaybookHash,
      playbookOf: () => playbook,
      input: { topic: 'inquiry.raw.v1', partition: 0, offset: raw.inquiryId },
    },
  );
  for (const [key, trace] of Object.entries('remember' in outcome ? outcome.remember : {})) memory.set(key, trace);
  const data = outcome.kind === 'emit' ? outcome.events[0]?.data : null;
  return typeof data === 'object' && data !== null && 'conversationId' in data ? String(data.conversationId) : null;
};

export const measureMails = async (folder: string): Promise<readonly Figure[]> => {
  const kinds = ['mime', 'ham', 'spam'].filter((name) => existsSync(join(folder, 'mail', name)));
  const figures: Figure[] = [];
  for (const name of kinds) figures.push(await parsing(folder, name));
  return [...figures, ...(kinds.includes('ham') ? [await threading(folder)] : [])];
};
