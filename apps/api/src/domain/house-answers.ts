import type { Playbook } from '@sluice/policy';
import type { HouseEdit } from './house-settings.ts';

export type Faq = Playbook['retrieval']['faqs'][number];
type Template = Playbook['acknowledgement']['templates'][string];
export type NamedTemplate = { readonly name: string } & Partial<Template>;

const FAQS = ['retrieval', 'faqs'];

export const faqsOf = ({ retrieval }: Playbook): readonly Faq[] => retrieval.faqs;

/** The whole list in place of the one that is there. */
export const faqsEdits = (faqs: readonly Faq[]): readonly HouseEdit[] => [{ path: FAQS, value: faqs, said: '/faqs' }];

/** The list as it becomes when one of it was sent. */
const listEdit = (faqs: readonly Faq[], id: string): readonly HouseEdit[] => [
  { path: FAQS, value: faqs, said: '', stands: [...FAQS, String(faqs.findLastIndex((one) => one.id === id))] },
];

/** A name that no other has, for a question that was sent without one. */
export const freeFaqId = (faqs: readonly Faq[]): string => {
  const taken = new Set(faqs.map(({ id }) => id));
  let number = faqs.length + 1;
  while (taken.has(`faq-${number}`)) number += 1;
  return `faq-${number}`;
};

export const addFaq = (faqs: readonly Faq[], faq: Faq): readonly HouseEdit[] => listEdit([...faqs, faq], faq.id);

/** Null when there is none of this id. */
export const changeFaq = (
  faqs: readonly Faq[],
  id: string,
  change: Partial<Omit<Faq, 'id'>>,
): readonly HouseEdit[] | null =>
  faqs.some((one) => one.id === id)
    ? listEdit(
        faqs.map((one) => (one.id === id ? { ...one, ...change } : one)),
        id,
      )
    : null;

/** Null when there is none of this id. */
export const removeFaq = (faqs: readonly Faq[], id: string): readonly HouseEdit[] | null =>
  faqs.some((one) => one.id === id) ? faqsEdits(faqs.filter((one) => one.id !== id)) : null;

export const templatesOf = ({ acknowledgement }: Playbook): readonly NamedTemplate[] =>
  Object.entries(acknowledgement.templates).map(([name, template]) => ({ name, ...template }));

/** A template as it is to be; what is left out of one that is there stays, and a new one is off until somebody says otherwise. */
export const templateEdits = (
  { acknowledgement }: Playbook,
  { name, ...template }: NamedTemplate,
): readonly HouseEdit[] => [
  {
    path: ['acknowledgement', 'templates', name],
    value: { enabled: false, ...acknowledgement.templates[name], ...template },
    said: '',
  },
];
