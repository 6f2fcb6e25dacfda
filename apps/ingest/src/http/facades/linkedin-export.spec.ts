import { describe, expect, it } from 'vitest';
import { rowsOfLinkedin } from './linkedin-export.ts';

describe('an export of LinkedIn', () => {
  it('of connections begins with a note, and a profile is its row', () => {
    const csv =
      'Notes:\n"When exporting your connection data, you may notice that some of the email addresses are missing."\n\nFirst Name,Last Name,URL,Email Address\nAda,Lovelace,https://www.linkedin.com/in/ada,\n';
    expect(rowsOfLinkedin(Buffer.from(csv))).toEqual([
      expect.objectContaining({ 'First Name': 'Ada', external_id: 'https://www.linkedin.com/in/ada' }),
    ]);
  });

  it('of a lead form may be UTF-16 with tabs, and has ids of its own', () => {
    const csv = '\ufeffLead ID\tFirst Name\tEmail\tURL\n4711\tZoë\tzoe@example.com\thttps://example.com\n';
    expect(rowsOfLinkedin(Buffer.from(csv, 'utf16le'))).toEqual([
      {
        'Lead ID': '4711',
        'First Name': 'Zoë',
        Email: 'zoe@example.com',
        URL: 'https://example.com',
        external_id: '4711',
      },
    ]);
  });
});
