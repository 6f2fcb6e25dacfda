export { fieldsOf, type Field } from './fields.ts';
export { documentSchema } from './file-schema.ts';
export { awaited } from './not-yet.ts';
export { published } from './published.ts';
