/** Words that tell what a number beside them is; each has a case in `phone.spec.ts`. */

/** Before a number that is a telephone's. */
export const PHONE_WORDS = [
  ...['phone', 'telephone', 'tel', 'mobile', 'mob', 'cell', 'cellphone', 'fax', 'whatsapp', 'sms'],
  ...['text', 'call', 'dial', 'ring', 'reach', 'number is'],
  ...['handy', 'telefon', 'téléphone', 'teléfono', 'móvil'],
];

/** After one. */
export const PHONE_LABELS = ['office', 'mobile', 'cell', 'home', 'work', 'fax', 'tel', 'phone', 'direct'];

/** Before a number that is something else, which the model needs to see. */
export const OTHER_NAMES = [
  ...['order', 'invoice', 'ticket', 'case', 'ref', 'reference', 'account', 'acct', 'customer', 'policy', 'claim'],
  ...['tracking', 'serial', 'sku', 'part', 'model', 'po', 'id', 'code', 'pin', 'version', 'article', 'item'],
  ...['zip', 'isbn', 'vat', 'apt', 'suite', 'room', 'bestellung', 'rechnung'],
];

/** Before an amount of money; signs of currencies are known besides. */
export const CURRENCIES_BEFORE = ['usd', 'eur', 'gbp', 'chf', 'jpy', 'rs', 'inr'];

/** After an amount: of money, of people and things, of time, of size. */
export const COUNTED_AFTER = [
  ...['usd', 'eur', 'gbp', 'chf', 'jpy', 'inr', 'dollar', 'dollars', 'euro', 'euros', 'pound', 'pounds'],
  ...['user', 'users', 'seat', 'seats', 'employees', 'people', 'customers', 'leads'],
  ...['unit', 'units', 'pcs', 'pieces', 'record', 'records', 'rows', 'requests', 'messages'],
  ...['license', 'licenses', 'licence', 'licences'],
  ...['msec', 'ms', 'seconds', 'minutes', 'hours', 'days', 'px', 'mhz', 'km', 'kg', 'kb', 'mb', 'gb', 'tb'],
];
