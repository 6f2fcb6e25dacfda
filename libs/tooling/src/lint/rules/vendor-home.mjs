/** Each client of an outside system is imported by exactly one lib, so that it can be replaced in one place (design 8). */
export const VENDOR_HOMES = {
  transport: ['kafkajs', '@kafkajs/', 'kafkajs-'],
  persistence: ['pg', 'typeorm'],
  cache: ['ioredis', 'rate-limiter-flexible'],
  llm: ['openai'],
  connectors: ['@slack/', 'standardwebhooks'],
  telemetry: [
    '@opentelemetry/sdk-',
    '@opentelemetry/exporter-',
    '@opentelemetry/instrumentation',
    '@opentelemetry/resources',
    '@opentelemetry/core',
    '@opentelemetry/context-async-hooks',
    'pino',
  ],
};

const isFrom = (source, vendor) =>
  vendor.endsWith('/') || vendor.endsWith('-')
    ? source.startsWith(vendor)
    : source === vendor || source.startsWith(`${vendor}/`);

const homeOf = (source) =>
  Object.entries(VENDOR_HOMES).find(([, vendors]) => vendors.some((vendor) => isFrom(source, vendor)))?.[0];

export const vendorHome = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      stray: '"{{source}}" is imported in libs/{{home}} only: use what that lib exports, or add the adapter there.',
    },
  },
  create(context) {
    const check = (node) => {
      const source = node.source?.value;
      const home = typeof source === 'string' ? homeOf(source) : undefined;
      if (home && !context.filename.includes(`/libs/${home}/`))
        context.report({ node, messageId: 'stray', data: { source, home } });
    };
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
    };
  },
};
