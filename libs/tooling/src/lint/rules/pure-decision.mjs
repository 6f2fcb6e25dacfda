/** What makes the same input give another outcome, or touches the world: refused where decisions are taken (design 3). */
const IMPURE_GLOBALS = new Set([
  'process',
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'crypto',
  'performance',
  'console',
]);
const IMPURE_CALLS = { Math: ['random'], Date: ['now'] };

const isGather = (node) => node.parent?.type === 'Property' && node.parent.key.name === 'gather';
/** A named function that is used as `gather` in a stage file is part of it. */
const isInGather = (node) => {
  for (let at = node; at; at = at.parent) {
    if (at.type === 'Property' && at.key?.name === 'gather') return true;
    if (at.type === 'VariableDeclarator' && at.id?.name?.startsWith('gather')) return true;
    if (at.type === 'FunctionDeclaration' && at.id?.name?.startsWith('gather')) return true;
  }
  return isGather(node);
};

export const pureDecision = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      global:
        '"{{name}}" makes a decision depend on more than its input. Time is moment.now, ids derive from the input, the world is read in gather.',
      clock: 'A decision has no clock: use moment.now.',
      module: 'A decision imports no "{{source}}": read the world in gather, behind a port.',
      port: 'A port is a type here: `import type`.',
      async: 'A decision is synchronous, or a replay could not repeat it. Only gather is async.',
    },
  },
  create(context) {
    const asynchronous = (node) => {
      if (node.async && !isInGather(node)) context.report({ node, messageId: 'async' });
    };
    return {
      ImportDeclaration(node) {
        const source = node.source.value;
        if (source.startsWith('node:')) context.report({ node, messageId: 'module', data: { source } });
        if (source.includes('.port.') && node.importKind !== 'type') context.report({ node, messageId: 'port' });
      },
      MemberExpression(node) {
        if (node.object.type === 'Identifier' && IMPURE_CALLS[node.object.name]?.includes(node.property.name)) {
          context.report({ node, messageId: 'global', data: { name: `${node.object.name}.${node.property.name}` } });
        }
      },
      'NewExpression[callee.name="Date"][arguments.length=0]': (node) => context.report({ node, messageId: 'clock' }),
      'CallExpression[callee.name="Date"]': (node) => context.report({ node, messageId: 'clock' }),
      Identifier(node) {
        const isName =
          node.parent.type === 'MemberExpression' && node.parent.property === node && !node.parent.computed;
        const isKey = node.parent.type === 'Property' && node.parent.key === node && !node.parent.shorthand;
        const isType = node.parent.type.startsWith('TS');
        if (!isName && !isKey && !isType && IMPURE_GLOBALS.has(node.name) && isFree(context, node)) {
          context.report({ node, messageId: 'global', data: { name: node.name } });
        }
      },
      FunctionDeclaration: asynchronous,
      FunctionExpression: asynchronous,
      ArrowFunctionExpression: asynchronous,
    };
  },
};

const isFree = (context, node) => {
  for (let scope = context.sourceCode.getScope(node); scope; scope = scope.upper) {
    const variable = scope.set.get(node.name);
    if (variable) return variable.defs.length === 0;
  }
  return true;
};
