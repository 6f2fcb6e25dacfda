const EMPTY_NAMES = ['utils', 'util', 'common', 'helpers', 'helper', 'shared', 'misc'];

/** A folder says what is in it. These names say nothing, and so collect everything. */
export const tellingFolders = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { empty: 'A folder or file called "{{name}}" says nothing: name it for what it holds.' },
  },
  create: (context) => ({
    Program(node) {
      const path = context.filename.slice(context.cwd.length).split(/[/\\]/);
      const name = path.find((part) => EMPTY_NAMES.includes(part.replace(/\.[^.]+$/, '')));
      if (name) context.report({ node, messageId: 'empty', data: { name } });
    },
  }),
};
