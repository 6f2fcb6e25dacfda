import { describe, expect, it } from 'vitest';
import { parsePlaybook, PlaybookError } from '../parse-playbook.ts';
import { aDocument } from '../testing/index.ts';

const faultsOf = (template: object): readonly string[] => {
  try {
    parsePlaybook({
      ...aDocument(),
      acknowledgement: { templates: { one: { enabled: true, subject: 's', text: 't', ...template } } },
    });
    return [];
  } catch (error) {
    if (!(error instanceof PlaybookError)) throw error;
    return error.faults.map(({ pointer, message }) => `${pointer}: ${message}`);
  }
};
const at = '/acknowledgement/templates/one';

describe('the templates of a playbook', () => {
  it.each([
    ['a name that stands for nothing', { text: '{{ frist_name }}' }, `${at}/text: there is no variable "frist_name"`],
    ['one in a condition', { subject: '{% if nmae %}a{% endif %}' }, `${at}/subject: there is no variable "nmae"`],
    ['a slot that stands for nothing', { slots: ['booking'] }, `${at}/slots/0: there is no variable "booking"`],
    ['a filter that is none', { text: '{{ name | shout }}' }, `${at}/text: is no template: undefined filter: shout`],
    [
      'a tag that reads files',
      { html: '{% include "/etc/passwd" %}' },
      `${at}/html: is no template: tag "include" not found`,
    ],
    [
      'a filter that reads the clock',
      { text: '{{ "now" | date: "%Y" }}' },
      `${at}/text: is no template: undefined filter: date`,
    ],
    ['what is not closed', { text: '{% if name %}' }, `${at}/text: is no template: tag {% if name %} not closed`],
  ])('are refused for %s', (_case, template, fault) => {
    expect(faultsOf(template).join('\n')).toContain(fault);
  });

  it('may name what there is, and what they make themselves', () => {
    expect(
      faultsOf({ text: '{% assign who = name | default: "you" %}{{who}} {% for x in doc_links %}{{x}}{% endfor %}' }),
    ).toEqual([]);
  });
});
