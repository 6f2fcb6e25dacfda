import { expect, it } from 'vitest';
import { countryCode } from './country-code.ts';

it.each([
  ['United Kingdom', 'GB'],
  ['UK', 'GB'],
  ['uk', 'GB'],
  ['U.K.', 'GB'],
  ['England', 'GB'],
  ['Scotland', 'GB'],
  ['Great Britain', 'GB'],
  ['GB', 'GB'],
  ['U.S.A.', 'US'],
  ['USA', 'US'],
  [' us ', 'US'],
  ['United States', 'US'],
  ['united states of america', 'US'],
  ['Canada', 'CA'],
  ['Germany', 'DE'],
  ['Deutschland', 'DE'],
  ['Czechia', 'CZ'],
  ['Ireland', 'IE'],
  ['France', 'FR'],
  ['Russia', 'RU'],
  ['Myanmar (Burma)', 'MM'],
])('%s is %s', (text, code) => expect(countryCode(text)).toBe(code));

it.each(['Atlantis', '', '  '])('"%s" is none', (text) => expect(countryCode(text)).toBeNull());
