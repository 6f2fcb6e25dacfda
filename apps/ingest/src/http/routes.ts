import type { Facade } from '@sluice/policy';
import type { FacadeDoor } from '@sluice/service';

/** What a way in takes, which bounds its body: one inquiry, one mail, a mail inside of JSON, many rows. */
export type BodyKind = 'inquiry' | 'mail' | 'mail-in-json' | 'batch';

export interface Route {
  /** As Nest writes it: two colons are one. */
  readonly path: string;
  readonly body: BodyKind;
}

/** A way in that a document names; its source is also the one under which it takes inquiries in. */
export interface FacadeRoute extends Route, FacadeDoor {
  readonly channel: 'form' | 'mail' | 'import';
}

export const ownRoutes = {
  inquiry: { path: 'v1/inquiries', body: 'inquiry' },
  mail: { path: 'v1/mail', body: 'mail' },
  batch: { path: 'v1/inquiries::batch', body: 'batch' },
} as const satisfies Readonly<Record<string, Route>>;

/** A form comes under the source that bears its facade's name. */
const form = <const Path extends string>(path: Path, facade: Facade) =>
  ({ path, body: 'inquiry', facade, source: facade, channel: 'form' }) as const satisfies FacadeRoute;

export const facadeRoutes = {
  leadsIntake: form('api/leads/intake', 'leads-intake'),
  leadCapture: form('webhook/lead-capture', 'lead-capture'),
  intakeWebhook: form('v1/intake/webhook', 'intake-webhook'),
  leadWebhook: form('webhooks/lead', 'lead-webhook'),
  linkedinImport: {
    path: 'api/leads/linkedin-import',
    body: 'batch',
    facade: 'leads-intake',
    source: 'linkedin-import',
    channel: 'import',
  },
  emailHook: {
    path: 'api/leads/email-hook',
    body: 'mail-in-json',
    facade: 'leads-intake',
    source: 'email-hook',
    channel: 'mail',
  },
  emailWebhook: {
    path: 'webhook/email',
    body: 'mail-in-json',
    facade: 'email-webhook',
    source: 'email-webhook',
    channel: 'mail',
  },
} as const satisfies Readonly<Record<string, FacadeRoute>>;

const own = new Map<string, Route>(Object.values(ownRoutes).map((route) => [`/${route.path}`, route]));
const facades = new Map<string, FacadeRoute>(Object.values(facadeRoutes).map((route) => [`/${route.path}`, route]));

/** The way in of a path as the HTTP server has it; undefined for what takes nothing in. */
export const routeAt = (url: string | undefined): Route | FacadeRoute | undefined =>
  own.get(url ?? '') ?? facades.get(url ?? '');

export const isFacade = (route: Route): route is FacadeRoute => 'facade' in route;
