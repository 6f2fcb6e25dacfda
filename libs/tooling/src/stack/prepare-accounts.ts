/** The property that libs/connectors/src/hubspot/README.md asks for. */
const PROPERTY = {
  name: 'sluice_key',
  label: 'Sluice key',
  type: 'string',
  fieldType: 'text',
  groupName: 'information',
  hasUniqueValue: true,
};
const CONFLICT = 409;

/** Does once in the simulated accounts what a customer does in the real ones. Doing it again changes nothing. */
export const prepareAccounts = async (simulatorsUrl: string): Promise<void> => {
  for (const type of ['companies', 'deals']) {
    const answer = await fetch(`${simulatorsUrl}/hubspot/crm/v3/properties/${type}`, {
      method: 'POST',
      headers: { authorization: 'Bearer pat-simulated', 'content-type': 'application/json' },
      body: JSON.stringify(PROPERTY),
    });
    if (!answer.ok && answer.status !== CONFLICT)
      throw new Error(`preparing the simulated HubSpot: creating a property answered ${answer.status}`);
  }
};
