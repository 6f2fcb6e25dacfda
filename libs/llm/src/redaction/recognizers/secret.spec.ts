import { describe, expect, it } from 'vitest';
import { findSecrets } from './secret.ts';

const secretsIn = (text: string): readonly string[] =>
  findSecrets(text).map(({ start, end }) => text.slice(start, end));

describe('a secret that is called one', () => {
  it.each([
    { text: 'My password is hunter2!x', secret: 'hunter2!x' },
    { text: 'password: hunter2!', secret: 'hunter2!' },
    { text: 'Password:swordfish', secret: 'swordfish' },
    { text: 'user: bob, password: swordfish, host: db', secret: 'swordfish' },
    { text: 'password=swordfish\nhost=db', secret: 'swordfish' },
    { text: 'the password is "swordfish"', secret: 'swordfish' },
    { text: 'my password was Tr0ub4dor', secret: 'Tr0ub4dor' },
    { text: 'my password is now Tr0ub4dor', secret: 'Tr0ub4dor' },
    { text: 'The password is: Tr0ub4dor', secret: 'Tr0ub4dor' },
    { text: 'The password is Tr0ub4dor.', secret: 'Tr0ub4dor.' },
    { text: '{"password": "swordfish"}', secret: 'swordfish' },
    { text: 'password is pa$$word', secret: 'pa$$word' },
    { text: 'password is qwertzuiopasdfghjklyxcvbnm', secret: 'qwertzuiopasdfghjklyxcvbnm' },
    { text: 'passphrase = deep-blue-7-sea', secret: 'deep-blue-7-sea' },
    { text: 'API_KEY=abcd1234efgh', secret: 'abcd1234efgh' },
    { text: 'api key: 7f3a9b2c', secret: '7f3a9b2c' },
    { text: 'client secret is xYz12345', secret: 'xYz12345' },
    { text: 'the access token is 0a1b2c3d4e', secret: '0a1b2c3d4e' },
    { text: 'My PIN is 4711.', secret: '4711' },
    { text: 'PIN: 4711 does not work', secret: '4711' },
    { text: 'CVV 123', secret: null },
    { text: 'CVV: 123', secret: '123' },
    { text: 'Mein Passwort ist Sommer2026', secret: 'Sommer2026' },
    { text: 'Passwort lautet: Geheim!99', secret: 'Geheim!99' },
    { text: 'Kennwort: Rotkehlchen', secret: 'Rotkehlchen' },
    { text: 'mot de passe : été2026', secret: 'été2026' },
    { text: 'mon mot de passe est azerty12', secret: 'azerty12' },
    { text: 'la contraseña es Verano2026', secret: 'Verano2026' },
    { text: 'a senha é Lisboa#1', secret: 'Lisboa#1' },
    { text: 'la password è Torino77', secret: 'Torino77' },
    { text: 'wachtwoord: Fiets123', secret: 'Fiets123' },
    { text: 'hasło: Zima2026', secret: 'Zima2026' },
    { text: 'пароль: Zima2026', secret: 'Zima2026' },
  ])('goes: $text', ({ text, secret }) => {
    expect(secretsIn(text)).toEqual(secret === null ? [] : [secret]);
  });
});

describe('what is said about a secret', () => {
  it.each([
    'The password is expired since Monday',
    'It says that my password is incorrect',
    'My API key is missing in the settings',
    'password: required field is empty',
    'Password: expired',
    'Password: wrong!',
    'The access token is revoked',
    'my password isn’t working',
    "my password isn't working",
    'my password is not working',
    'My password is always rejected.',
    'the token is invalid',
    'access token: invalid',
    'API key: inactive, please renew',
    'API key: deactivated.',
    'my PIN is blocked',
    'PIN is wrong 3 times',
    'code: 4711 wrong',
    'error code is 4711',
    'the password is case-sensitive',
    'the password is too short/weak',
    'password is 8-20 characters long',
    'the password is the same as before',
    'password: n/a',
    'password: none',
    'password: ****',
    'password is required.',
    'Passwords are stored hashed',
    'I have password issues and password isolation',
    'password issued yesterday',
    'PASSWORD_EXPIRED: PASSWORD_EXPIRED',
    'Passwort ist abgelaufen',
    'Das Passwort ist leider falsch, bitte zurücksetzen',
    'Passwort: vergessen',
    'le mot de passe est expiré',
    'mot de passe : oublié',
    'mot de passe: incorrect',
    'la contraseña es incorrecta',
    'contraseña: caducada',
    'a senha está errada',
    'senha: esquecida',
    'la password è scaduta',
    'het wachtwoord is verlopen',
    'wachtwoord: vergeten',
    'hasło wygasło, hasło: nieprawidłowe',
    'пароль: неверный',
    'I forgot my password. Is there another way?',
    'password: please reset it for me',
  ])('stays: %s', (text) => {
    expect(secretsIn(text)).toEqual([]);
  });
});

describe('a secret that its issuer gave a form', () => {
  it.each([
    {
      issuer: 'Stripe, OpenAI and their like',
      text: 'key sk_live_abcdefghijklmnop1234 ok',
      secret: 'sk_live_abcdefghijklmnop1234',
    },
    { issuer: 'GitHub, classic', text: `ghp_${'a1'.repeat(18)}`, secret: `ghp_${'a1'.repeat(18)}` },
    { issuer: 'GitHub, fine-grained', text: `github_pat_${'a1'.repeat(18)}`, secret: `github_pat_${'a1'.repeat(18)}` },
    { issuer: 'GitLab', text: 'glpat-abcdefghij1234567890', secret: 'glpat-abcdefghij1234567890' },
    { issuer: 'Slack', text: 'xoxb-123456-abcdef', secret: 'xoxb-123456-abcdef' },
    { issuer: 'AWS', text: 'AKIAIOSFODNN7EXAMPLE', secret: 'AKIAIOSFODNN7EXAMPLE' },
    { issuer: 'Google', text: `AIza${'Sy1'.repeat(12)}`, secret: `AIza${'Sy1'.repeat(12)}` },
    { issuer: 'Standard Webhooks', text: 'whsec_abcdefghijklmnop==', secret: 'whsec_abcdefghijklmnop==' },
    { issuer: 'JSON Web Tokens', text: 'eyJhbGciOiJI.eyJzdWIiOiIx.c2ln', secret: 'eyJhbGciOiJI.eyJzdWIiOiIx.c2ln' },
    { issuer: 'HTTP', text: 'Authorization: Bearer abcdef0123456789', secret: 'abcdef0123456789' },
    { issuer: 'addresses', text: 'postgres://admin:pa55@db.local/x', secret: 'admin:pa55' },
    {
      issuer: 'PEM',
      text: '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----',
      secret: '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----',
    },
  ])('goes: $issuer', ({ text, secret }) => {
    expect(secretsIn(text)).toEqual([secret]);
  });
});
