import { parsePlaybook } from '@sluice/policy';
import { aDocument } from '@sluice/policy/testing';
import { expect, it } from 'vitest';
import { retentionTermsOf } from './retention-terms.ts';

const defaults = { contentDays: 30, receiptDays: 730 };
const terms = (retention: object, brand = 'any', over: object = {}) =>
  retentionTermsOf(parsePlaybook(aDocument({ retention, ...over })), brand, defaults);

it.each([
  ['the raw days and, where nothing is said of the audit, what the deployment says', { rawDays: 20 }, 20, 730],
  ['the stricter of raw and normalised days', { rawDays: 90, normalisedDays: 7 }, 7, 730],
  ['as long as the audit', { rawDays: 20, auditDays: 100 }, 20, 100],
  ['never less than the log can give the request again', { rawDays: 5, auditDays: 10 }, 5, 60],
  ['never less than the content', { rawDays: 800, auditDays: 100 }, 800, 800],
])('are %s', (_case, retention, contentDays, receiptDays) => {
  expect(terms(retention)).toEqual({ contentDays, receiptDays });
});

it('are the strictest that any override of the brand says', () => {
  const overrides = {
    brand: { acme: { retention: { rawDays: 10 } }, other: { retention: { rawDays: 1 } } },
    channel: { mail: { retention: { auditDays: 90 } } },
  };
  expect(terms({ rawDays: 30 }, 'acme', { overrides })).toEqual({ contentDays: 10, receiptDays: 90 });
});

it('are what the deployment says of a playbook that is not known here', () => {
  expect(retentionTermsOf(null, 'any', defaults)).toEqual({ contentDays: 30, receiptDays: 730 });
});
