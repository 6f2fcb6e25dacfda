const names = new Intl.DisplayNames(['en'], { type: 'region' });
const LETTERS = Array.from({ length: 26 }, (_, at) => String.fromCharCode(65 + at));

const byName = new Map(LETTERS.flatMap((a) => LETTERS.map((b) => a + b)).flatMap((code) => {
  const name = names.of(code);
  return name && name !== code ? [[name.toLowerCase(), code] as const] : [];
}));
const OTHER_NAMES: Readonly<Record<string, string>> = { usa: 'US', uk: 'GB', england: 'GB', holland: 'NL', deutschland: 'DE', 'united states of america': 'US' };

/** ISO 3166-1 alpha-2 of a code or an English name; null when it is neither. */
export const countryCode = (text: string | null): string | null => {
  const plain = text?.trim().toLowerCase() ?? '';
  if (/^[a-z]{2}$/.test(plain)) return OTHER_NAMES[plain] ?? plain.toUpperCase();
  return OTHER_NAMES[plain] ?? byName.get(plain) ?? null;
};
