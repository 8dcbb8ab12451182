import { describe, expect, test } from 'vitest';
import { judgeReply, PeerUnreachable } from '../../../src/copy/migrate/reply.js';
import { RespError } from '../../../src/resp/reply.js';

const address = { host: '10.0.0.2', port: 7000 };
const way = {
  source: { side: 'source', host: 'old', port: 1 },
  target: { side: 'target', host: 'new', port: 2 },
  address,
} as const;
const judge = (message: string) => judgeReply(new RespError(message), way);
const ofTarget = (message: string) => judge(`ERR Target instance replied with error: ${message}`);

test('OK and NOKEY are outcomes', () => {
  expect(judgeReply('OK', way)).toBe('sent');
  expect(judgeReply('NOKEY', way)).toBe('none');
});

describe('what the target says of single keys', () => {
  test.each([
    'BUSYKEY Target key name already exists.',
    'ERR DUMP payload version or checksum are wrong',
    'ERR Bad data format',
  ])('%s: the others were taken', message => {
    expect(ofTarget(message)).toBe('refused');
  });
});

describe('what a server says of itself is an error of its own', () => {
  test.each([
    ["OOM command not allowed when used memory > 'maxmemory'.", 'TargetFull'],
    ["READONLY You can't write against a read only replica.", 'WritesRefused'],
    ['MISCONF Redis is configured to save RDB snapshots', 'WritesRefused'],
    ['LOADING Redis is loading the dataset in memory', 'Unreachable'],
    ['NOPERM this user has no permissions to run the restore command', 'PermissionMissing'],
    ['NOAUTH Authentication required.', 'AuthenticationFailed'],
    ['WRONGPASS invalid username-password pair or user is disabled.', 'AuthenticationFailed'],
    ['ERR AUTH <password> called without any password configured for the default user.', 'AuthenticationFailed'],
    ['ERR DB index is out of range', 'CommandRefused'],
    ['MOVED 5798 10.0.0.3:7000', 'Unreachable'],
  ])('the target: %s', (message, type) => {
    expect(() => ofTarget(message)).toThrow(
      expect.objectContaining({ type, message: expect.stringMatching(/^target new:2/) }),
    );
  });

  test.each([
    ['NOPERM this user has no permissions to run the migrate command', 'PermissionMissing'],
    ["READONLY You can't write against a read only replica.", 'WritesRefused'],
    ['NOAUTH Authentication required.', 'AuthenticationFailed'],
    ['ERR syntax error', 'CommandRefused'],
  ])('the source: %s', (message, type) => {
    expect(() => judge(message)).toThrow(
      expect.objectContaining({ type, message: expect.stringMatching(/^source old:1/) }),
    );
  });
});

test.each([
  'IOERR error or timeout connecting to the client',
  'IOERR error or timeout writing to target instance',
  'IOERR error or timeout reading to target instance',
  "ERR Can't connect to target node: Connection refused",
])('%s: the source does not reach the target', message => {
  expect(() => judge(message)).toThrow(PeerUnreachable);
  expect(() => judge(message)).toThrow(expect.objectContaining({ remedy: expect.stringContaining('10.0.0.2:7000') }));
});

test('no words of ours come back from a server that does not know the command', () => {
  const words = "'10.0.0.2' '7000' '' '0' '1000' 'AUTH2' 'mover' 'secret' 'KEYS' 'key'";
  for (const message of [
    `ERR unknown command 'MIGRATE', with args beginning with: ${words}`,
    `ERR unknown command \`MIGRATE\`, with args beginning with: ${words}`,
    `ERR Target instance replied with error: ERR unknown command 'AUTH', with args beginning with: 'secret'`,
    `ERR Target instance replied with error: ERR unknown command 'SELECT', with args beginning with: 'secret'`,
  ])
    expect(() => judge(message)).toThrow(expect.objectContaining({ message: expect.not.stringContaining('secret') }));
});
