import type { RunningSimulators } from '@sluice/simulators';

/** What a customer does once, by hand. */
export const createHubSpotProperties = async (simulators: RunningSimulators): Promise<void> => {
  for (const type of ['companies', 'deals']) {
    const answer = await fetch(`${simulators.addressOf('hubspot')}/crm/v3/properties/${type}`, {
      method: 'POST',
      headers: { authorization: 'Bearer pat-1', 'content-type': 'application/json' },
      body: JSON.stringify({
        name: 'sluice_key',
        label: 'Sluice key',
        type: 'string',
        fieldType: 'text',
        groupName: 'information',
        hasUniqueValue: true,
      }),
    });
    if (!answer.ok) throw new Error(`creating a property: ${answer.status}`);
  }
};
