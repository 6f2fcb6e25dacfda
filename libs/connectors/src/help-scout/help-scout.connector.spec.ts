import { ticketSuite } from '../testing/ticket-suite.ts';
import { helpScout } from './help-scout.connector.ts';

ticketSuite({
  definition: helpScout,
  simulator: 'helpscout',
  settings: (url) => ({ APP_ID: 'app', APP_SECRET: 'secret', MAILBOX: '1', URL: url }),
  applying: { path: '/notes', method: 'POST' },
  notes: '/threads',
  mend: 'SLUICE_HELP_SCOUT_APP_SECRET',
});
