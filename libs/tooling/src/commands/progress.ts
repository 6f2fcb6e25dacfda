const SECOND = 1_000;

/** What happens, a line each, with the time it took: on a terminal and off it alike. */
export const createProgress = () => {
  const began = Date.now();
  const seconds = (since: number): string => `${((Date.now() - since) / SECOND).toFixed(1)} s`;
  return {
    elapsed: (): string => seconds(began),
    say: (text: string): void => console.log(text),
    step: async <Result>(what: string, work: () => Promise<Result>): Promise<Result> => {
      const from = Date.now();
      if (process.stdout.isTTY) process.stdout.write(`  … ${what}`);
      const end = (mark: string): void => {
        if (process.stdout.isTTY) process.stdout.write('\r\u001b[K');
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
