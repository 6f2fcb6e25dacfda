declare const brand: unique symbol;

/** A string that only its maker may claim to be a `B`: a raw string does not compile where one is asked for. */
export type Branded<B extends string> = string & { readonly [brand]: B };

/** UUIDv5 of brand, source and the source's own event id: the same inbound thing always has the same id. */
export type InquiryId = Branded<'InquiryId'>;
/** Names the thread an inquiry belongs to, and orders it: the record key from `normalized` on. */
export type ConversationId = Branded<'ConversationId'>;
/** HMAC-SHA256 of the normalised e-mail under the brand's secret, hex. Never reversible without the secret. */
export type ContactId = Branded<'ContactId'>;
/** UUIDv5 of one event's coordinates and the stage that decided on it. */
export type DecisionId = Branded<'DecisionId'>;
/** UUIDv5 of decision, kind and target: what makes an effect happen once. */
export type EffectId = Branded<'EffectId'>;
/** SHA-256 of a playbook's canonical JSON, hex. */
export type PlaybookHash = Branded<'PlaybookHash'>;
