/**
 * What a careful reader keeps of each reply fixture, as lines counted from 1; blank lines do not count. Lines in brackets may stay or
 * go: a plain "Regards, John" is message to one reader and signature to another. Read and written by hand; nothing of the texts is here.
 */
const ONE_TO_FIVE = [
  'email_10',
  'email_11',
  'email_12',
  'email_13',
  'email_14',
  'email_15',
  'email_16',
  'email_17',
  'email_18',
  'email_22',
  'email_23',
  'email_24',
  'email_25',
  'email_26',
  'email_7',
  'email_8',
  'email_9',
  'email_danish_dash_separator',
  'email_en_multiline_2',
  'email_finnish',
  'email_fr_multiline',
  'email_french_2',
  'email_french_dash_separator',
  'email_german',
  'email_german_2',
  'email_german_3',
  'email_german_outlook',
  'email_gmail_split_line_from',
  'email_ios_outlook',
  'email_ios_outlook_fr',
  'email_italian',
  'email_msn',
  'email_norwegian_gmail',
  'email_one_is_not_on',
  'email_original_message',
  'email_original_message_2',
  'email_outlook_split_line_from',
  'email_portuguese',
  'email_russian',
  'email_tricky_10_special_chars_in_name',
  'email_tricky_12_no_space_after_header',
  'email_tricky_14_long_quote_header',
  'email_tricky_15_original_message_variations',
  'email_tricky_4_from_in_body',
  'email_tricky_5_mixed_languages',
  'email_tricky_8_sent_from_in_content',
];

const CRISP: Readonly<Record<string, string>> = {
  ...Object.fromEntries(ONE_TO_FIVE.map((name) => [name, '1-5'])),
  correct_sig: '1',
  email_1: '1-7',
  email_19: '1',
  email_2: '1 9-34',
  email_20: '1',
  email_21: '1-638',
  email_2_1: '1',
  email_3: '1-5',
  email_4: '1',
  email_5: '1-15',
  email_6: '1-3',
  email_blackberry: '1',
  email_bullets: '1-9',
  email_custom_quote_header: '1',
  email_customer_quote_header_2: '1',
  email_customer_quote_header_3: '1-3',
  email_emoji: '1',
  email_iphone: '1',
  email_multi_word_sent_from_my_mobile_device: '1',
  email_not_a_signature: '1-13 (15-16)',
  email_not_a_signature_2: '1-10',
  email_reply_header: '1-11',
  email_sent_from: '1',
  email_sent_from_my_not_signature: '1-3',
  email_thread: '1',
  email_tricky_11_double_signature: '1 (3-4)',
  email_tricky_13_timestamp_variations: '1-9',
  email_tricky_16_unicode_signatures: '1 (3-4)',
  email_tricky_17_forward_header: '1-9',
  email_tricky_18_inline_reply: '4 8 12',
  email_tricky_19_quote_without_header: '1 7 12',
  email_tricky_1_on_false_positive: '1-6',
  email_tricky_20_html_entities: '1-3',
  email_tricky_2_url_with_wrote: '1-5 (7-8)',
  email_tricky_3_code_block: '1-12',
  email_tricky_6_regards_in_sentence: '1-7',
  email_tricky_7_multiple_dashes: '1-15',
  email_tricky_9_nested_quotes: '1',
  email_unquoted_reply: '1',
  email_with_date_headers: '1-5',
  email_with_from_headers: '1-4',
  email_with_regards: '1-5 (7-10)',
  email_zoho: '1-2',
  sig_no_empty_line: '1',
};

const ZAPIER: Readonly<Record<string, string>> = {
  correct_sig: '1',
  email_1_1: '1-7',
  email_1_2: '1 9-34',
  email_1_3: '1-5',
  email_1_4: '1',
  email_1_5: '1-15',
  email_1_6: '1',
  email_1_7: '1',
  email_1_8: '13 19',
  email_2_1: '1',
  email_2_2: '1',
  email_2_3: '1',
  email_BlackBerry: '1',
  email_bullets: '1-9',
  email_gmail: '1',
  email_headers_no_delimiter: '1',
  email_iPhone: '1',
  email_multi_word_sent_from_my_mobile_device: '1',
  email_one_is_not_on: '1-5',
  email_partial_quote_header: '1-6',
  email_sent_from_my_not_signature: '1-3',
  email_sig_delimiter_in_middle_of_line: '1-7',
  greedy_on: '1-6',
  pathological: '1-2',
};

export const replyLabels: Readonly<Record<string, Readonly<Record<string, string>>>> = { crisp: CRISP, zapier: ZAPIER };

export interface Wanted {
  readonly kept: readonly string[];
  readonly either: readonly string[];
}

const lineNumbers = (ranges: readonly string[]): readonly number[] =>
  ranges.flatMap((range) => {
    const [from = 0, to = from] = range.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, at) => from + at);
  });

/** The lines of a text that a label names, without space around them. */
export const wantedOf = (label: string, text: string): Wanted => {
  const lines = text.split('\n').map((line) => line.trim());
  const pick = (ranges: readonly string[]): readonly string[] =>
    lineNumbers(ranges)
      .map((number) => lines[number - 1] ?? '')
      .filter(Boolean);
  const parts = label.split(' ');
  return {
    kept: pick(parts.filter((part) => !part.startsWith('('))),
    either: pick(parts.filter((part) => part.startsWith('(')).map((part) => part.slice(1, -1))),
  };
};

const saying = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

/** Every line that is wanted, no other, in their order. */
export const isExact = (kept: string, label: string, text: string): boolean => {
  const { kept: wanted, either } = wantedOf(label, text);
  const decided = (lines: readonly string[]): string => lines.filter((line) => !either.includes(line)).join('\n');
  return decided(saying(kept)) === decided(wanted);
};
