const SECOND = 1_000;
/** Off a terminal a step is announced only when it takes long: short ones say all in one line. */
const ANNOUNCE_AFTER_MS = 5 * SECOND;
const CLEAR_LINE = '\r\u001b[K';

const seconds = (since: number): string => `${((Date.now() - since) / SECOND).toFixed(1)} s`;

/** Shows a step while it runs; gives the way to end that. */
const showRunning = (what: string, from: number): (() => void) => {
  if (!process.stdout.isTTY) {
    const timer = setTimeout(() => console.log(`  … ${what}`), ANNOUNCE_AFTER_MS);
    return () => clearTimeout(timer);
  }
  const draw = (): void => {
    process.stdout.write(
      `${CLEAR_LINE}  … ${what} (${Math.round((Date.now() - from) / SECOND)} s)`.slice(
        0,
        (process.stdout.columns || 80) + CLEAR_LINE.length,
      ),
    );
  };
  draw();
  const timer = setInterval(draw, SECOND);
  return () => {
    clearInterval(timer);
    process.stdout.write(CLEAR_LINE);
  };
};

/** What happens, a line each, with the time it took: live on a terminal, plain lines off it. */
export const createProgress = () => {
  const began = Date.now();
  return {
    elapsed: (): string => seconds(began),
    say: (text: string): void => console.log(text),
    step: async <Result>(what: string, work: () => Promise<Result>): Promise<Result> => {
      const from = Date.now();
      const hide = showRunning(what, from);
      const end = (mark: string): void => {
        hide();
        console.log(`  ${mark} ${what} (${seconds(from)})`);
      };
      try {
        const result = await work();
        end('✔');
        return result;
      } catch (error) {
        end('✘');
        throw error;
      }
    },
  };
};
