import { truncate } from '@sluice/kernel';

const CELL = 44;

const cut = (text: string): string => truncate(text, CELL, '…');

/** Rows under each other, the first as the head. */
export const table = (rows: readonly (readonly string[])[]): readonly string[] => {
  const cells = rows.map((row) => row.map(cut));
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
};
