import type { AssignmentRequested, PoolCommand } from '@sluice/contracts';
import type { Memory } from '@sluice/stage';
import { emptyPool, type AssignmentMemory, type InquiryMemory, type PoolMemory } from './pool-memory.ts';

/** Pools of two brands must not meet, though they have the same name. */
export const poolKey = ({ brand, pool }: { readonly brand: string; readonly pool: string }): string =>
  `${brand}/${pool}`;

/** Across pools: an inquiry that moves is known where it comes to. */
export const inquiryKey = (brand: string, inquiryId: string): string => `${brand}/inquiry/${inquiryId}`;

/** In one pool: a contact's owner in sales says nothing of support. */
export const contactKey = (at: { readonly brand: string; readonly pool: string }, repeatKey: string): string =>
  `${poolKey(at)}/contact/${repeatKey}`;

/** Under what the contact's owner is remembered: the contact where one is known, else the conversation. */
export const repeatKeyOf = ({
  contactId,
  conversationId,
}: Pick<AssignmentRequested, 'contactId' | 'conversationId'>): string => contactId ?? conversationId;

/** What is read of a playbook before the memory is. */
export interface AssignmentFacts {
  readonly playbook: string;
  /** Whether the pool gives a contact's next inquiry to whoever had the last. */
  readonly remembersContacts: boolean;
}

export const isCommand = (input: AssignmentRequested | PoolCommand): input is PoolCommand => 'command' in input;

const commandKeys = ({ brand, pool, command }: PoolCommand): readonly string[] => [
  ...('inquiryId' in command ? [inquiryKey(brand, command.inquiryId)] : []),
  ...(command.do === 'offer' && command.repeatKey !== null ? [contactKey({ brand, pool }, command.repeatKey)] : []),
];

export const keysOf = (
  input: AssignmentRequested | PoolCommand,
  { remembersContacts }: AssignmentFacts,
): readonly string[] => {
  if (isCommand(input)) return [poolKey(input), ...commandKeys(input)];
  return [
    poolKey(input),
    inquiryKey(input.brand, input.inquiryId),
    ...(remembersContacts ? [contactKey(input, repeatKeyOf(input))] : []),
  ];
};

export const poolIn = (memory: Memory<AssignmentMemory>, key: string): PoolMemory => {
  const found = memory.get(key);
  return found?.kind === 'pool' ? found : emptyPool;
};

export const inquiryIn = (memory: Memory<AssignmentMemory>, key: string): InquiryMemory | null => {
  const found = memory.get(key);
  return found?.kind === 'inquiry' ? found : null;
};

export const ownerIn = (memory: Memory<AssignmentMemory>, key: string): string | null => {
  const found = memory.get(key);
  return found?.kind === 'contact' ? found.owner : null;
};
