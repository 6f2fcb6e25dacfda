import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { detectLanguage } from '../adapters/detect-language.ts';
import { describeAddress, registrableDomain } from '../domain/sender-address.ts';
import { linesIn } from './files-in.ts';
import type { Figure } from './measure-intake.ts';

const MIN_CHARACTERS = 20;

const languages = (path: string): readonly Figure[] => {
  const rows = linesIn(path)
    .map((line) => line.split('\t'))
    .map(([code = '', ...text]) => ({ code, found: detectLanguage(text.join(' '), MIN_CHARACTERS).code }));
  const claimed = rows.filter(({ found }) => found !== 'und');
  return [
    {
      corpus: 'tweets',
      what: 'language right, where one is claimed',
      right: claimed.filter(({ code, found }) => code === found).length,
      of: claimed.length,
    },
    { corpus: 'tweets', what: 'texts for which a language is claimed', right: claimed.length, of: rows.length },
  ];
};

const domains = (path: string): Figure => {
  const vectors = JSON.parse(readFileSync(path, 'utf8')) as readonly (readonly [string | null, string | null])[];
  return {
    corpus: 'public suffix list vectors',
    what: 'registrable domains right',
    right: vectors.filter(([host, expected]) => registrableDomain(host ?? '') === expected).length,
    of: vectors.length,
  };
};

const disposable = (path: string): Figure => {
  const hosts = linesIn(path).filter((line) => !line.startsWith('#'));
  return {
    corpus: 'disposable domains',
    what: 'domains of another list, known here',
    right: hosts.filter((host) => describeAddress(`a@${host}`).addressKind === 'disposable').length,
    of: hosts.length,
  };
};

export const measureLists = (folder: string): readonly Figure[] => {
  const at = (...path: string[]): string => join(folder, ...path);
  return [
    ...(existsSync(at('language', 'tweets.txt')) ? languages(at('language', 'tweets.txt')) : []),
    domains(at('companies', 'psl_vectors.json')),
    disposable(at('companies', 'disposable_email_blocklist.conf')),
  ];
};
