/**
 * What a template may name, and what it stands for. A name that is not here is a fault of the playbook; one that has no value for an
 * inquiry is a slot that nobody filled, and the message is not sent.
 */
export const templateVariables = {
  subject: 'Subject of the message that is answered',
  name: 'Name of who wrote',
  first_name: 'The first word of that name',
  company: 'The company they write for',
  brand: 'The brand they wrote to',
  category: 'What the inquiry is',
  inquiry_id: 'Id of the inquiry, to refer to',
  booking_link: '`sinks.booking.link`',
  ticket_id: 'Ticket of the helpdesk',
  eta: 'When an answer is due',
  doc_links: 'Pages that may help',
  slot_one: 'First meeting time that is free',
  slot_two: 'Second meeting time that is free',
  approved_price_paragraphs: 'What may be said of prices',
  answer: 'The answer that was drafted',
} as const;
export type TemplateVariable = keyof typeof templateVariables;
export type TemplateValues = Readonly<Partial<Record<TemplateVariable, string>>>;
