import { describe, expect, it } from 'vitest';
import { bearerToken, createBearerLookup } from './bearer-token.ts';
import { Problem } from './problem.ts';

const hint = 'Send a token: Authorization: Bearer <token>.';
const lookup = createBearerLookup({
  tokens: ['first', 'second'].map((name) => ({ name, ...bearerToken(name) })),
  hint,
});

const refusal = (authorization: string | undefined): unknown => {
  try {
    return lookup({ headers: { authorization } });
  } catch (error) {
    return error instanceof Problem ? error.options : error;
  }
};

describe('a bearer token', () => {
  it.each(['first', 'second'])('is known for what it is: %s', (token) => {
    expect(lookup({ headers: { authorization: `Bearer ${token}` } }).name).toBe(token);
  });

  it('is asked for even where an empty one was configured', () => {
    const lenient = createBearerLookup({ tokens: [bearerToken('')], hint });
    expect(() => lenient({ headers: {} })).toThrow(Problem);
  });

  it.each([undefined, '', 'first', 'Bearer', 'Bearer ', 'Bearer third', 'Basic first'])(
    'is asked for where %s was sent',
    (authorization) => {
      expect(refusal(authorization)).toEqual({
        status: 401,
        title: 'Unauthorized',
        detail: hint,
        headers: { 'www-authenticate': 'Bearer' },
      });
    },
  );
});
