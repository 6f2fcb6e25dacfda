import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

export interface Complaint {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

export const refuse = (reply: FastifyReply, { status, code, message }: Complaint) => {
  const id = randomUUID();
  return reply
    .code(status)
    .headers({ 'request-id': id, 'client-request-id': id })
    .send({
      error: {
        code,
        message,
        innerError: { date: new Date().toISOString().slice(0, 19), 'request-id': id, 'client-request-id': id },
      },
    });
};

export const TOKEN_INVALID: Complaint = {
  status: 401,
  code: 'InvalidAuthenticationToken',
  message: 'Access token has expired or is not yet valid.',
};
export const ITEM_NOT_FOUND: Complaint = {
  status: 404,
  code: 'ErrorItemNotFound',
  message: 'The specified object was not found in the store.',
};
export const NO_MIME: Complaint = {
  status: 400,
  code: 'ErrorMimeContentInvalidBase64String',
  message: 'Invalid base64 string for MIME content.',
};
export const NO_RECIPIENTS: Complaint = {
  status: 400,
  code: 'ErrorInvalidRecipients',
  message: "At least one recipient isn't valid., A message can't be sent because it contains no recipients.",
};
export const INVALID_FILTER: Complaint = { status: 400, code: 'BadRequest', message: 'Invalid filter clause' };
export const unknownUser = (user: string): Complaint => ({
  status: 404,
  code: 'ErrorInvalidUser',
  message: `The requested user '${user}' is invalid.`,
});
export const noSuchUser = (user: string): Complaint => ({
  status: 404,
  code: 'Request_ResourceNotFound',
  message: `Resource '${user}' does not exist or one of its queried reference-property objects are not present.`,
});

const tokenError = (reply: FastifyReply, status: number, [error, said]: readonly [string, string]) =>
  reply
    .code(status)
    .send({ error, error_description: said, timestamp: new Date().toISOString(), trace_id: randomUUID() });

/** Where Entra gives an application its tokens: by its secret or by what it has signed. */
export const answerToken = (reply: FastifyReply, given: unknown, isRefused: boolean) => {
  const form = (given ?? {}) as Readonly<Record<string, string>>;
  const { grant_type: grant, client_id: id, client_secret: secret, client_assertion: assertion, scope = '' } = form;
  if (grant !== 'client_credentials')
    return tokenError(reply, 400, [
      'unsupported_grant_type',
      `AADSTS70003: The app requested an unsupported grant type '${grant}'.`,
    ]);
  if (!scope.split(' ').some((one) => one.endsWith('/.default')))
    return tokenError(reply, 400, [
      'invalid_scope',
      `AADSTS1002012: The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier.`,
    ]);
  if (!id || !(secret || assertion) || isRefused)
    return tokenError(reply, 401, ['invalid_client', 'AADSTS7000215: Invalid client secret provided.']);
  return { token_type: 'Bearer', expires_in: 3_599, ext_expires_in: 3_599, access_token: `eyJ${randomUUID()}` };
};

/** What MSAL reads first: where everything of a tenant is. */
export const openIdOf = ({ protocol, host }: FastifyRequest, tenant: string) => {
  const base = `${protocol}://${host}/graph/${tenant}`;
  return {
    token_endpoint: `${base}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    issuer: `${base}/v2.0`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    tenant_region_scope: 'EU',
    cloud_instance_name: 'microsoftonline.com',
  };
};
