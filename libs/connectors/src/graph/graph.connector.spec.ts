import { aMailContent } from '../testing/a-mail.ts';
import { mailSuite } from '../testing/mail-suite.ts';
import { readRawMail } from '../testing/raw-mail.ts';
import { vendorSuite, type VendorSuite } from '../testing/vendor-suite.ts';
import { graph } from './graph.connector.ts';

const vendor: VendorSuite = {
  definition: graph,
  simulator: 'graph',
  kind: 'mail.reply',
  settings: (url) => ({
    FROM: 'Acme <hello@acme.example>',
    TENANT: 'acme',
    CLIENT_ID: 'client',
    CLIENT_SECRET: 'secret',
    MAILBOX: 'hello@acme.example',
    URL: url,
    LOGIN_URL: url,
  }),
  content: aMailContent,
  applying: { path: '/sendMail', method: 'POST' },
};

vendorSuite(vendor);
mailSuite({ ...vendor, mend: 'SLUICE_GRAPH_CLIENT_ID', read: readRawMail });
