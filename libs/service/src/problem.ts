/** One fault of a request: where (a JSON pointer), what, and so what to change. */
export interface ProblemFault {
  readonly pointer: string;
  readonly detail: string;
  /** From 1, where the fault stands in a text. */
  readonly line?: number;
  readonly column?: number;
  /** Which text, where several were sent. */
  readonly file?: string;
}

/** A parameter of a request that does not fit. */
export interface ParameterFault {
  readonly parameter: string;
  readonly in: 'query' | 'path' | 'header';
  readonly detail: string;
}

export interface ProblemOptions {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly errors?: readonly (ProblemFault | ParameterFault)[];
  /** Seconds until it is worth trying again. */
  readonly retryAfter?: number;
  /** Further response headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** An HTTP answer of RFC 9457. Thrown by controllers, rendered by the filter. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly options: ProblemOptions;

  constructor(options: ProblemOptions) {
    super(options.title);
    this.options = options;
  }
}

const slug = (title: string): string => title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');

export const problemBody = (
  { status, title, detail, errors }: ProblemOptions,
  context: { readonly instance: string; readonly traceId: string | null },
): object => ({
  type: `urn:sluice:problem:${slug(title)}`,
  title,
  status,
  detail,
  ...context,
  ...(errors ? { errors } : {}),
});
