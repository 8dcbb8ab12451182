import { expect, test } from 'vitest';
import { scanForSecrets } from './secrets.js';

const secret = 'p@ss "w0rd"+/ü';
const scan = (text: string | Buffer) => () =>
  scanForSecrets(['another-secret', secret], { harmless: 'text', log: text });
const within = (encoding: 'base64' | 'base64url', before: string) =>
  Buffer.from(`${before}${secret} and more`).toString(encoding);

test.each([
  ['as it is', `before ${secret} after`],
  ['as it is', Buffer.from(`\x00\xff${secret}`)],
  ['JSON-escaped', JSON.stringify({ password: secret })],
  ['URL-encoded', `redis://:${encodeURIComponent(secret)}@host`],
  ['hex', Buffer.from(secret).toString('hex')],
  ['base64', within('base64', '')],
  ['base64', within('base64', 'a')],
  ['base64', within('base64', 'ab')],
  ['base64url', within('base64url', 'abcd')],
])('a secret is found %s', (encoding, text) => {
  expect(scan(text)).toThrow(`secret 1 stands in log (${encoding})`);
});

test('the message does not repeat the secret, and texts without it pass', () => {
  expect(scan('p@ss "w0rd"+/')).not.toThrow();
  expect(() => scanForSecrets([secret], { log: secret })).toThrow(/^(?!.*w0rd)/s);
});
