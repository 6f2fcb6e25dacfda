const PARTIAL = ['only', 'skip', 'todo'];
const RUNNERS = ['it', 'test', 'describe'];
const VACUOUS = ['toBeDefined', 'toBeTruthy', 'toBeFalsy'];

/** Every test runs, says something, and never waits for a time. */
export const wholeTests = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      partial: '"{{name}}" leaves tests out: a test runs, or it is not there.',
      vacuous: '{{name}}() passes for almost anything: say what the value is.',
      sleep: 'A test waits for a fact, not for a time: eventually(check, { within }).',
    },
  },
  create: (context) => ({
    MemberExpression(node) {
      const name = node.property.name;
      if (PARTIAL.includes(name) && RUNNERS.includes(node.object.name))
        context.report({ node, messageId: 'partial', data: { name: `${node.object.name}.${name}` } });
      if (VACUOUS.includes(name)) context.report({ node, messageId: 'vacuous', data: { name } });
    },
    'ImportDeclaration[source.value="node:timers/promises"]': (node) => context.report({ node, messageId: 'sleep' }),
  }),
};
