import { waitWhileMoving } from '../process/wait-while-moving.ts';
import type { RunFile } from '../stack/run-file.ts';
import type { Sent } from './samples.ts';

/** What the API says of one inquiry, as far as a line shows it. */
export interface Shown {
  readonly state: string;
  readonly category: string | null;
  readonly label: string | null;
  readonly score: number | null;
  readonly queue: string | null;
  readonly owner: string | null;
  readonly reason: string | null;
  readonly effects: readonly {
    readonly kind: string;
    readonly target: string;
    readonly state: string;
    readonly approveBy?: string | null;
    readonly review?: object | null;
  }[];
  readonly settled: boolean;
  readonly tookMs: number | null;
}

const columns = [
  { title: 'INQUIRY', width: 8 },
  { title: '', width: 32 },
  { title: 'CATEGORY', width: 10 },
  { title: 'SCORE', width: 5 },
  { title: 'QUEUE', width: 14 },
  { title: 'OWNER', width: 12 },
  { title: 'TOOK', width: 6 },
  { title: 'ANSWERED', width: 10 },
  { title: 'WHO IS TOLD', width: 0 },
] as const;

const row = (cells: readonly string[]): string =>
  `  ${cells.map((cell, at) => cell.padEnd(columns[at]?.width ?? 0)).join('  ')}`.trimEnd();

export const heading = row(columns.map(({ title }) => title));

const NOTHING = '–';
const systems: Readonly<Record<string, string>> = {
  'slack.message': 'Slack',
  'webhook.delivery': 'webhook',
  'crm.upsert': 'CRM',
  'helpdesk.ticket': 'ticket in',
  'table.row': 'row in',
  'marketing.enrol': 'enrolled in',
  'sms.message': 'SMS by',
};
/** What answers the person who wrote. */
const answers: Readonly<Record<string, string>> = { 'mail.reply': 'by mail' };
const settledWell = new Set(['confirmed', 'applied']);

type Effect = Shown['effects'][number];

/** Until a person says something, what is proposed is up to them. */
const markOf = ({ state, approveBy = null, review = null }: Effect): string => {
  if (settledWell.has(state)) return '✔';
  return state === 'requested' && approveBy !== null && review === null ? 'proposed' : state;
};

const effectText = (effect: Effect): string =>
  `${systems[effect.kind] ?? effect.kind} ${effect.target} ${markOf(effect)}`;

const answered = ({ effects }: Shown): string =>
  effects.flatMap((effect) => (answers[effect.kind] ? [`${answers[effect.kind]} ${markOf(effect)}`] : [])).join(', ') ||
  NOTHING;

const told = ({ state, reason, effects }: Shown): string => {
  const notices = effects.filter(({ kind }) => !answers[kind]);
  if (notices.length > 0) return notices.map(effectText).join(', ');
  // What was routed and closed is told to nobody; anything else that stopped says where and why.
  return state === 'routed' ? 'nobody' : `nobody: ${[state, reason].filter(Boolean).join(', ')}`;
};

/** A playbook without labels scores nothing: its nought says nothing of the inquiry. */
const scoreText = ({ score, label }: Shown): string => String((label === null ? null : score) ?? NOTHING);

/** One inquiry and what became of it, in one line under the heading. */
export const lineOf = ({ shown: what, inquiryId }: Pick<Sent, 'shown' | 'inquiryId'>, shown: Shown): string => {
  const { category, label, queue, owner, tookMs } = shown;
  return row([
    inquiryId.slice(0, 8),
    what,
    [category, label].filter(Boolean).join(' ') || NOTHING,
    scoreText(shown).padStart(5),
    queue ?? NOTHING,
    owner ?? NOTHING,
    tookMs === null ? NOTHING : `${(tookMs / 1_000).toFixed(2)} s`,
    answered(shown),
    told(shown),
  ]);
};

const ask = async (run: RunFile, inquiryId: string): Promise<Shown | null> => {
  const url = run.services['api']?.[0]?.url ?? '';
  const answer = await fetch(`${url}/v1/inquiries/${inquiryId}`, {
    headers: { authorization: `Bearer ${run.secrets.apiKey}` },
  });
  return answer.ok ? ((await answer.json()) as Shown) : null;
};

/** Each hop is told: for so long may one take. */
const PATIENCE = { quietMs: 60_000, sameMs: 60_000 };

/** How far an inquiry has come, in words; null when it is through. */
const wayLeft = (shown: Shown | null): string | null => {
  if (shown === null) return 'nothing of it was seen after intake';
  if (shown.settled) return null;
  const effects = shown.effects.map(({ kind, state }) => `, ${kind} ${state}`).join('');
  return `it is ${shown.state}${effects} and nothing follows; the log of the next service tells why`;
};

/** Waits until an inquiry is through. @throws NotThereError saying how far it came */
export const untilThrough = async ({ shown: what, inquiryId }: Sent, run: RunFile): Promise<Shown | null> => {
  let last: Shown | null = null;
  const look = async (): Promise<string | null> => {
    last = await ask(run, inquiryId);
    return wayLeft(last);
  };
  await waitWhileMoving(look, { what, ...PATIENCE });
  return last;
};

/** Waits for each sample to get through, and shows what became of it. @throws NotThereError saying how far it came */
export const showFlow = async (sent: readonly Sent[], run: RunFile): Promise<void> => {
  console.log(heading);
  for (const one of sent) {
    const shown = await untilThrough(one, run);
    if (shown) console.log(lineOf(one, shown));
  }
};
