/**
 * Channels of the playbooks that come with the product, as a workspace has them before anybody posts. Others are made when they are
 * first named, so that a playbook somebody edits needs no change here; names that begin with `missing` never exist.
 */
export const KNOWN_CHANNELS = [
  'billing',
  'escalations',
  'finance',
  'hot-leads',
  'inbox',
  'inbox-review',
  'inbox-triage',
  'incidents',
  'leads',
  'leads-ca',
  'leads-emea',
  'leads-hot',
  'leads-nurture',
  'leads-review',
  'leads-us',
  'legal',
  'needs-triage',
  'on-call',
  'ops',
  'partnerships',
  'sales',
  'sales-inbound',
  'sluice-sandbox',
  'support',
  'support-triage',
  'triage',
  'vip',
] as const;
