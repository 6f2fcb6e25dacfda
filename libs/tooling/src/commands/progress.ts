import type { Step } from '../stack/start-stack.ts';

const SECOND = 1_000;
/** Off a terminal a step is announced only when it takes long: short ones say all in one line. */
const ANNOUNCE_AFTER_MS = 5 * SECOND;
const NOTE_EVERY_MS = 15 * SECOND;
const CLEAR_LINE = '\r\u001b[K';

const seconds = (since: number): string => `${((Date.now() - since) / SECOND).toFixed(1)} s`;

/** Shows a step while it runs, and what it waits for. */
const showRunning = (what: string, from: number): { note(text: string): void; hide(): void } => {
  let noted = '';
  const line = (): string => `  … ${what} (${Math.round((Date.now() - from) / SECOND)} s)${noted && `: ${noted}`}`;
  if (!process.stdout.isTTY) {
    let shown = '';
    const show = (): void => {
      // A wait that goes on is told again only where it waits for something else.
      if (shown !== noted || shown === '') console.log(line());
      shown = noted || what;
    };
    const timers = [setTimeout(show, ANNOUNCE_AFTER_MS), setInterval(show, NOTE_EVERY_MS)];
    return { note: (text) => (noted = text), hide: () => timers.forEach((timer) => clearTimeout(timer)) };
  }
  const draw = (): void => {
    process.stdout.write(
      CLEAR_LINE +
        line()
          .replaceAll('\n', ' ')
          .slice(0, (process.stdout.columns || 80) - 1),
    );
  };
  draw();
  const timer = setInterval(draw, SECOND);
  return {
    note: (text) => (noted = text),
    hide: () => {
      clearInterval(timer);
      process.stdout.write(CLEAR_LINE);
    },
  };
};

/** What happens, a line each, with the time it took: live on a terminal, plain lines off it. */
export const createProgress = () => {
  const began = Date.now();
  const step: Step = async (what, work) => {
    const from = Date.now();
    const { note, hide } = showRunning(what, from);
    const end = (mark: string): void => {
      hide();
      console.log(`  ${mark} ${what} (${seconds(from)})`);
    };
    try {
      const result = await work(note);
      end('✔');
      return result;
    } catch (error) {
      end('✘');
      throw error;
    }
  };
  return {
    elapsed: (): string => seconds(began),
    say: (text: string): void => console.log(text),
    step,
  };
};
