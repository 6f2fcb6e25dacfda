import { mergeLayers } from '../merge.ts';
import { parsePlaybook, PlaybookError } from '../parse-playbook.ts';
import type { Fault } from '../faults/fault.ts';
import type { Playbook } from '../playbook.ts';
import { isDocument, pathOf, type Document } from '../resolve/document.ts';
import type { Layer } from '../resolve/effective.ts';
import { yamlSource, type Position, type YamlSource } from './yaml-source.ts';

/** One playbook as a person wrote it. */
export interface PlaybookSourceText {
  readonly name: string;
  /** The text of its playbook.yaml. */
  readonly text: string;
  /** The texts of its folder prompts/, by name. */
  readonly prompts?: Readonly<Record<string, string>>;
}

/** A mistake, where a person finds it. */
export interface LocatedFault extends Fault, Position {
  /** The playbook in whose file it stands. */
  readonly file: string;
}

export interface ReadPlaybook {
  /** Null when there are faults. */
  readonly playbook: Playbook | null;
  /**
   * What people wrote, the layers as one, without what a build fills in by itself. A version is stored like this, so that an older build,
   * which refuses fields that it does not know, can read whatever uses none of them.
   */
  readonly document: Document;
  readonly layers: readonly Layer[];
  readonly faults: readonly LocatedFault[];
}

interface Sourced {
  readonly name: string;
  readonly source: YamlSource;
  readonly document: Document;
}

const HEAD = ['extends', 'abstract'];

const withPrompts = (document: Document, prompts: PlaybookSourceText['prompts'] = {}): Document =>
  Object.keys(prompts).length === 0 ? document : (mergeLayers({ prompts }, document) as Document);

const sourced = ({ name, text, prompts }: PlaybookSourceText): Sourced => {
  const source = yamlSource(text);
  const document = Object.fromEntries(Object.entries(source.document).filter(([key]) => !HEAD.includes(key)));
  return { name, source, document: withPrompts(document, prompts) };
};

/** The instructions are the text of the prompt file that the playbook names. */
const instructed = (document: Document): Document => {
  const { prompts, extraction } = document;
  const chosen =
    isDocument(extraction) && typeof extraction['prompt'] === 'string' ? extraction['prompt'] : 'extraction';
  const text = isDocument(prompts) ? prompts[chosen] : undefined;
  return text === undefined ? document : (mergeLayers({ extraction: { instructions: text } }, document) as Document);
};

const located = (sources: readonly Sourced[], fault: Fault): LocatedFault => {
  const path = pathOf(fault.pointer);
  const own = [...sources].reverse();
  const { name, source } =
    own.find((one) => one.source.has(path)) ??
    own.find((one) => path.length > 0 && one.source.has(path.slice(0, 1))) ??
    own[0] ??
    sourced({ name: '', text: '' });
  return { ...fault, file: name, ...source.positionOf(path, source.has(path) ? fault : {}) };
};

const parsed = (sources: readonly Sourced[], document: Document): Pick<ReadPlaybook, 'playbook' | 'faults'> => {
  try {
    return { playbook: parsePlaybook(document), faults: [] };
  } catch (error) {
    if (!(error instanceof PlaybookError)) throw error;
    return { playbook: null, faults: error.faults.map((fault) => located(sources, fault)) };
  }
};

/** A playbook from what people wrote: the one it all starts from first, itself last. Never throws for a mistake in them. */
export const readSources = (texts: readonly PlaybookSourceText[]): ReadPlaybook => {
  const sources = texts.map(sourced);
  const mistakes = sources.flatMap(({ name, source }) =>
    source.mistakes.map(({ message, position }): LocatedFault => ({ file: name, pointer: '', message, ...position })),
  );
  const layers = sources.map(({ name, document }): Layer => ({ name, document }));
  if (mistakes.length > 0) return { playbook: null, document: {}, layers, faults: mistakes };
  const merged = instructed(
    layers.reduce<Document>((below, { document }) => mergeLayers(below, document) as Document, {}),
  );
  return { document: merged, layers: withInstructions(layers, merged), ...parsed(sources, merged) };
};

/** Whoever wrote the prompt file said the instructions. */
const withInstructions = (layers: readonly Layer[], merged: Document): readonly Layer[] => {
  const instructions = isDocument(merged['extraction']) ? merged['extraction']['instructions'] : undefined;
  const author = [...layers]
    .reverse()
    .find(
      ({ document }) => isDocument(document['prompts']) && Object.values(document['prompts']).includes(instructions),
    );
  return layers.map((layer) =>
    layer === author && instructions !== undefined
      ? { ...layer, document: mergeLayers(layer.document, { extraction: { instructions } }) as Document }
      : layer,
  );
};

/** Which playbook a text starts from, and whether only others extend it. */
export const headOf = (text: string): { readonly parent: string | null; readonly abstract: boolean } => {
  const { extends: parent, abstract } = yamlSource(text).document;
  return { parent: typeof parent === 'string' ? parent : null, abstract: abstract === true };
};

/** A fault as a line: `lead-qual/playbook.yaml:12:9 /rules/0/when: …`. */
export const faultLine = ({ file, line, column, pointer, message }: LocatedFault): string =>
  `${file}/playbook.yaml:${line}:${column}${pointer === '' ? '' : ` ${pointer}`}: ${message}`;
