import { alternativesOf, forwardPrefix, recognizer, subjectPrefix } from './mail-phrases.ts';

const ANSWERED = String.raw`(?:${alternativesOf(subjectPrefix)})(?:\[\d+\])?\s*:\s*`;
const PREFIX = new RegExp(String.raw`^\s*(?:${ANSWERED}|\[[^\]]{1,40}\]\s*)+`, 'iu');
/** The tag of a list has no digits: with them it may be the number of an order. */
const LIST_TAG = new RegExp(String.raw`^\s*(?:${ANSWERED}|\[[^\]\d]{1,40}\]\s*)+`, 'iu');
const FORWARDED = recognizer(forwardPrefix);

/** Whether the subject says that somebody passes a mail on: what they pass on is what they send. */
export const isForwarded = (subject: string | null): boolean => FORWARDED.test(subject ?? '');

const without = (prefix: RegExp, subject: string | null): string =>
  (subject ?? '').replace(prefix, '').replaceAll(/\s+/gu, ' ').trim().toLowerCase();

/** A subject without the marks of answering, and without tags: what a conversation is called. */
export const bareSubject = (subject: string | null): string => without(PREFIX, subject);

/** A subject without the marks of answering, and without what a list sets before it. */
export const withoutListTag = (subject: string | null): string => without(LIST_TAG, subject);
