const names = new Intl.DisplayNames(['en'], { type: 'region' });
const LETTERS = Array.from({ length: 26 }, (_, at) => String.fromCharCode(65 + at));

/** Old and informal codes have the names of today's countries: UK is GB. */
const currentCode = (code: string): string => new Intl.Locale(`und-${code}`).region ?? code;

const byName = new Map(
  LETTERS.flatMap((a) => LETTERS.map((b) => a + b)).flatMap((code) => {
    const name = names.of(code);
    return name && name !== code ? [[name.toLowerCase(), currentCode(code)] as const] : [];
  }),
);
const OTHER_NAMES: Readonly<Record<string, string>> = {
  usa: 'US',
  us: 'US',
  'united states of america': 'US',
  uk: 'GB',
  england: 'GB',
  scotland: 'GB',
  wales: 'GB',
  'northern ireland': 'GB',
  'great britain': 'GB',
  britain: 'GB',
  holland: 'NL',
  deutschland: 'DE',
};

/** ISO 3166-1 alpha-2 of a code or an English name; null when it is neither. */
export const countryCode = (text: string | null): string | null => {
  const plain = text?.trim().toLowerCase().replaceAll('.', '') ?? '';
  if (/^[a-z]{2}$/.test(plain)) return OTHER_NAMES[plain] ?? currentCode(plain.toUpperCase());
  return OTHER_NAMES[plain] ?? byName.get(plain) ?? null;
};
