/** One mistake in a playbook. */
export interface Fault {
  /** JSON pointer to the value that is wrong. */
  readonly pointer: string;
  readonly message: string;
  /** Where in that value, when it is a condition: UTF-16 units from its beginning. */
  readonly offset?: number;
  /** True when it is the last name of the pointer that is wrong, and not what stands there. */
  readonly isName?: boolean;
}

export const unless = (fine: boolean, pointer: string, message: string): readonly Fault[] =>
  fine ? [] : [{ pointer, message }];
