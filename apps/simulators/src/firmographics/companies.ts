export interface SimulatedCompany {
  readonly domain: string;
  readonly name: string;
  readonly employees: number | null;
  readonly industry: string | null;
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null;
}

type Row = readonly [
  domain: string,
  name: string,
  employees: number | null,
  industry: string | null,
  country: string | null,
];

const rows: readonly Row[] = [
  ['acme.example', 'Acme Corporation', 1_200, 'manufacturing', 'US'],
  ['globex.example', 'Globex', 5_400, 'energy', 'US'],
  ['initech.example', 'Initech', 240, 'software', 'US'],
  ['umbrella.example', 'Umbrella Health', 12_000, 'healthcare', 'GB'],
  ['hooli.example', 'Hooli', 48_000, 'software', 'US'],
  ['stark.example', 'Stark Industries', 30_000, 'aerospace', 'US'],
  ['wayne.example', 'Wayne Enterprises', 9_000, 'conglomerate', 'US'],
  ['brandt.example', 'Brandt Maschinenbau GmbH', 310, 'manufacturing', 'DE'],
  ['lumiere.example', 'Lumière Cosmétiques', 85, 'retail', 'FR'],
  ['sakura.example', 'Sakura Logistics', 640, 'logistics', 'JP'],
  ['corner-bakery.example', 'Corner Bakery', 6, 'food', 'US'],
  ['nordlys.example', 'Nordlys Consulting', 18, 'professional services', 'NO'],
  ['quietco.example', 'Quietco', null, null, null],
];

export const knownCompanies: readonly SimulatedCompany[] = rows.map(([domain, name, employees, industry, country]) => ({
  domain,
  name,
  employees,
  industry,
  country,
}));
