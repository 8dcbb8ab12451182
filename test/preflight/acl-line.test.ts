import { expect, test } from 'vitest';
import { parseAclUser } from '../../src/preflight/acl-line.js';

test.each([
  ['6.0', 'user app on #aa ~app:* -@all +@read'],
  ['6.2', 'user app on #aa ~app:* allchannels -@all +@read'],
  ['7.0', 'user app on sanitize-payload #aa ~app:* &* -@all +@read'],
])('the same user is read alike from Redis %s', (_, line) => {
  expect(parseAclUser(line)).toEqual({
    name: 'app',
    on: true,
    open: false,
    hashes: ['#aa'],
    keys: ['~app:*'],
    channels: ['&*'],
    rules: ['-@all', '+@read'],
  });
});

test('a selector is one rule', () => {
  const user = parseAclUser('user app off nopass resetchannels -@all (~tmp:* resetchannels -@all +get) %R~x +ping');
  expect(user).toMatchObject({ on: false, open: true, channels: [], keys: ['%R~x'] });
  expect(user.rules).toEqual(['-@all', '(~tmp:* resetchannels -@all +get)', '+ping']);
});
