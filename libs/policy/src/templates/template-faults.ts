import type { Fault } from '../faults/fault.ts';
import type { Playbook } from '../playbook.ts';
import { htmlLiquid, plainLiquid } from './liquid.ts';
import { templateVariables } from './variables.ts';

const isKnown = (variable: string): boolean => Object.hasOwn(templateVariables, variable);

const firstLine = (error: unknown): string =>
  String(error instanceof Error ? error.message : error).split('\n')[0] ?? '';

const faultsIn = (template: string, pointer: string): readonly Fault[] => {
  try {
    const liquid = pointer.endsWith('/html') ? htmlLiquid : plainLiquid;
    return liquid
      .globalVariablesSync(liquid.parse(template))
      .filter((variable) => !isKnown(variable))
      .map((variable) => ({ pointer, message: `there is no variable "${variable}"` }));
  } catch (error) {
    return [{ pointer, message: `is no template: ${firstLine(error)}` }];
  }
};

/** What is wrong with the templates of a playbook: none that passes can fail for anything but a value that is not there. */
export const templateFaults = ({ acknowledgement: { templates } }: Playbook): readonly Fault[] =>
  Object.entries(templates).flatMap(([name, { subject, text, html, slots }]) => {
    const at = `/acknowledgement/templates/${name}`;
    return [
      ...faultsIn(subject, `${at}/subject`),
      ...faultsIn(text, `${at}/text`),
      ...(html === null ? [] : faultsIn(html, `${at}/html`)),
      ...slots.flatMap((slot, index) =>
        isKnown(slot) ? [] : [{ pointer: `${at}/slots/${index}`, message: `there is no variable "${slot}"` }],
      ),
    ];
  });
