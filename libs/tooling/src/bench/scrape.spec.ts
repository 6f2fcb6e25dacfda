import { describe, expect, it } from 'vitest';
import { sumIn } from './scrape.ts';

const text = [
  '# TYPE sluice_lag_records gauge',
  'sluice_lag_records{stage="a",topic="x"} 3',
  'sluice_lag_records{stage="b"} 4 1764000000000',
  'sluice_lag_records_max{stage="b"} 100',
  'process_cpu 1.5e+1',
].join('\n');

describe('a scraped metric', () => {
  it('is summed over its labels, and told from others whose names begin alike', () => {
    expect(sumIn(text, 'sluice_lag_records')).toBe(7);
    expect(sumIn(text, 'process_cpu')).toBe(15);
  });

  it('is nought where it is not told', () => expect(sumIn(text, 'none')).toBe(0));
});
