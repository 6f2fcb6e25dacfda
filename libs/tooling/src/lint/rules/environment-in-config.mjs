/** The environment is read once, whole, validated: in config.ts. Elsewhere it would be an input nobody sees. */
export const environmentInConfig = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { stray: 'process.env is read in config.ts only: add the key there, with its unit, default and bound.' },
  },
  create: (context) => ({
    'MemberExpression[object.name="process"][property.name="env"]': (node) =>
      context.report({ node, messageId: 'stray' }),
  }),
};
