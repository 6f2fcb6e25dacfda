/** Ends a `switch` over a union: adding a variant then fails to compile here. */
export const assertNever = (value: never): never => {
  throw new Error(`handling an unknown variant of type ${typeof value}`);
};
