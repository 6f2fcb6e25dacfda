import { ticketSuite } from '../testing/ticket-suite.ts';
import { intercom } from './intercom.connector.ts';

ticketSuite({
  definition: intercom,
  simulator: 'intercom',
  settings: (url) => ({ TOKEN: 'secret', ADMIN_ID: '1', URL: url }),
  applying: { path: '/reply', method: 'POST' },
  notes: '/reply',
  mend: 'SLUICE_INTERCOM_TOKEN',
});
