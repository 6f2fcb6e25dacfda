/** Words that speak for a term which a text rarely says itself. */
const HINTS: Readonly<Record<string, readonly string[]>> = {
  billing: ['invoice', 'refund', 'charge', 'charged', 'payment', 'paid', 'receipt', 'subscription'],
  support: ['error', 'bug', 'broken', 'help', 'fails', 'crash', 'down', 'outage', 'login', 'password'],
  technical: ['error', 'bug', 'api', 'crash', 'outage'],
  lead: ['pricing', 'price', 'demo', 'quote', 'buy', 'trial', 'purchase', 'evaluate', 'plan', 'seats'],
  sales: ['pricing', 'price', 'demo', 'quote', 'buy', 'trial', 'purchase', 'seats'],
  pricing: ['price', 'cost', 'quote', 'plans'],
  demo: ['walkthrough', 'presentation', 'show'],
  spam: ['lottery', 'winner', 'casino', 'backlinks', 'seo', 'viagra'],
  marketing: ['newsletter', 'unsubscribe', 'promotion', 'sponsor'],
  legal: ['lawyer', 'attorney', 'lawsuit', 'gdpr', 'subpoena', 'contract'],
  partnership: ['partner', 'reseller', 'affiliate', 'integration'],
  urgent: ['asap', 'immediately', 'urgently', 'emergency', 'outage', 'down'],
  high: ['urgent', 'asap', 'immediately', 'outage', 'down'],
  negative: ['angry', 'unacceptable', 'terrible', 'disappointed', 'worst', 'frustrated'],
  positive: ['thanks', 'great', 'love', 'happy', 'excellent'],
};

const SHORTEST_STEM = 4;

export const wordsOf = (text: string): readonly string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

const isSaid = (term: string, words: ReadonlySet<string>): boolean =>
  words.has(term) || (term.length >= SHORTEST_STEM && [...words].some((word) => word.startsWith(term)));

/** How much of `words` speaks for a term such as `needs_demo`: its own parts count double, its hints once. */
export const evidenceFor = (term: string, words: ReadonlySet<string>): number => {
  const parts = wordsOf(term.replace(/[_-]/g, ' ').replace(/([a-z])([A-Z])/g, '$1 $2'));
  return parts.reduce((sum, part) => {
    const hints = (HINTS[part] ?? []).filter((hint) => words.has(hint)).length;
    return sum + (isSaid(part, words) ? 2 : 0) + hints;
  }, 0);
};
