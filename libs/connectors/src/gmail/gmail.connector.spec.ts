import { aMailContent } from '../testing/a-mail.ts';
import { mailSuite } from '../testing/mail-suite.ts';
import { readRawMail } from '../testing/raw-mail.ts';
import { vendorSuite, type VendorSuite } from '../testing/vendor-suite.ts';
import { gmail } from './gmail.connector.ts';

const vendor: VendorSuite = {
  definition: gmail,
  simulator: 'gmail',
  kind: 'mail.reply',
  settings: (url) => ({
    FROM: 'Acme <hello@acme.example>',
    CLIENT_ID: 'client',
    CLIENT_SECRET: 'secret',
    REFRESH_TOKEN: 'token',
    URL: url,
  }),
  content: aMailContent,
  applying: { path: '/messages/send', method: 'POST' },
};

vendorSuite(vendor);
mailSuite({ ...vendor, mend: 'SLUICE_GMAIL_REFRESH_TOKEN', read: readRawMail });
