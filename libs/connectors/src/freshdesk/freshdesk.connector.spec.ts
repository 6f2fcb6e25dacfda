import { ticketSuite } from '../testing/ticket-suite.ts';
import { freshdesk } from './freshdesk.connector.ts';

ticketSuite({
  definition: freshdesk,
  simulator: 'freshdesk',
  settings: (url) => ({ URL: url, KEY: 'secret' }),
  applying: { path: '/notes', method: 'POST' },
  notes: '/conversations',
  mend: 'SLUICE_FRESHDESK_KEY',
});
