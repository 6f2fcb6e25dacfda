const FROM = 'Sluice demo <hello@sluice.example>';
const REDIRECT_TO = 'sandbox@sluice.example';

/** How services reach the simulated vendors. Their sandbox is the same account: simulators hold nothing of worth. */
export const vendorSettings = (simulatorsUrl: string): Readonly<Record<string, string>> => {
  const settings: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    HUBSPOT: { TOKEN: 'pat-simulated', URL: `${simulatorsUrl}/hubspot` },
    ZENDESK: { URL: `${simulatorsUrl}/zendesk`, EMAIL: 'agent@sluice.example', TOKEN: 'simulated' },
    AIRTABLE: { TOKEN: 'pat.simulated', BASE: 'appSluice', URL: `${simulatorsUrl}/airtable` },
    FRESHDESK: { KEY: 'simulated', URL: `${simulatorsUrl}/freshdesk` },
    HELP_SCOUT: { APP_ID: 'simulated', APP_SECRET: 'simulated', MAILBOX: '1', URL: `${simulatorsUrl}/helpscout` },
    PIPEDRIVE: { TOKEN: 'simulated', DEAL_FIELD: '5'.repeat(40), URL: `${simulatorsUrl}/pipedrive` },
    MAILCHIMP: { KEY: 'simulated-us6', URL: `${simulatorsUrl}/mailchimp` },
    ACTIVECAMPAIGN: { TOKEN: 'simulated', URL: `${simulatorsUrl}/activecampaign` },
    SALESFORCE: { URL: `${simulatorsUrl}/salesforce`, CLIENT_ID: 'simulated', CLIENT_SECRET: 'simulated' },
    INTERCOM: { TOKEN: 'simulated', ADMIN_ID: '1', URL: `${simulatorsUrl}/intercom` },
    TWILIO: { SID: 'ACsimulated', TOKEN: 'simulated', FROM: '+15550199', URL: `${simulatorsUrl}/twilio` },
    SENDGRID: { FROM, KEY: 'SG.simulated', REDIRECT_TO, URL: `${simulatorsUrl}/sendgrid` },
    GMAIL: {
      FROM,
      CLIENT_ID: 'simulated',
      CLIENT_SECRET: 'simulated',
      REFRESH_TOKEN: 'simulated',
      REDIRECT_TO,
      URL: `${simulatorsUrl}/gmail`,
    },
    GRAPH: {
      FROM,
      TENANT: 'simulated',
      CLIENT_ID: 'simulated',
      CLIENT_SECRET: 'simulated',
      MAILBOX: 'hello@sluice.example',
      REDIRECT_TO,
      URL: `${simulatorsUrl}/graph`,
      LOGIN_URL: `${simulatorsUrl}/graph`,
    },
  };
  return Object.fromEntries(
    Object.entries(settings).flatMap(([provider, given]) =>
      Object.entries(given).flatMap(([name, value]) => [
        [`SLUICE_${provider}_${name}`, value],
        [`SLUICE_${provider}_SANDBOX_${name}`, value],
      ]),
    ),
  );
};
