import type { Branded } from '@sluice/kernel';

/** Text out of which personal data was taken. Only the redactor makes it, so that nothing else reaches a prompt. */
export type RedactedText = Branded<'RedactedText'>;
