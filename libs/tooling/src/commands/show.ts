import type { RunFile } from '../stack/run-file.ts';
import { waitUntil } from '../process/wait-until.ts';
import type { Sent } from './samples.ts';

/** What the API says of one inquiry, as far as a line shows it. */
interface Shown {
  readonly state: string;
  readonly category: string | null;
  readonly label: string | null;
  readonly score: number | null;
  readonly queue: string | null;
  readonly owner: string | null;
  readonly reason: string | null;
  readonly effects: readonly { readonly kind: string; readonly target: string; readonly state: string }[];
  readonly settled: boolean;
  readonly tookMs: number | null;
}

const ask = async (run: RunFile, inquiryId: string): Promise<Shown | null> => {
  const url = run.services['api']?.[0]?.url ?? '';
  const answer = await fetch(`${url}/v1/inquiries/${inquiryId}`, { headers: { authorization: `Bearer ${run.secrets.apiKey}` } });
  return answer.ok ? ((await answer.json()) as Shown) : null;
};

const line = ({ shown, inquiryId }: Sent, { state, category, label, score, queue, owner, reason, effects, tookMs }: Shown): string => [
  `  ${inquiryId.slice(0, 8)}  ${shown}`,
  `            ${state}${reason ? `: ${reason}` : ''} · ${category ?? '–'}${label ? ` ${label}` : ''} · score ${score ?? '–'} · ${queue ?? '–'} · owner ${owner ?? '–'}`,
  `            ${effects.map(({ kind, target, state: of }) => `${kind} ${target} ${of}`).join(', ') || 'nobody is told'} · ${tookMs ?? '–'} ms`,
].join('\n');

/** Waits for each sample to get through, and shows what became of it. */
export const showFlow = async (sent: readonly Sent[], run: RunFile): Promise<void> => {
  for (const one of sent) {
    let last: Shown | null = null;
    await waitUntil(async () => {
      last = await ask(run, one.inquiryId);
      return last?.settled ?? false;
    }, { what: `the inquiry ${one.inquiryId}`, withinMs: 60_000 });
    if (last) console.log(line(one, last));
  }
};
