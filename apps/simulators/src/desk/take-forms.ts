import type { FastifyInstance } from 'fastify';

/** Has form bodies read as fields, as most vendors' token endpoints take them. */
export const takeForms = (app: FastifyInstance): void => {
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
};
