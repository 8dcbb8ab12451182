import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRedactor } from '../../src/server/redact.js';
import { createSecretResolver, type SecretResolverOptions, secretSettings } from '../../src/server/secrets.js';

const env = {
  SOURCE_PASSWORD: 'hunter2',
  TARGET_CA: 'line 1\nline 2\n',
  REDIS_EMPTY: '',
  REDIS_MIGRATION_HOOKS: 'hunter2',
  redis_migration_hooks: 'hunter2',
  TEMPORAL_API_KEY: 'hunter2',
  Temporal_Api_Key: 'hunter2',
  AWS_SECRET_ACCESS_KEY: 'hunter2',
  MY_SOURCE_PASSWORD: 'hunter2',
  SOURCE: 'hunter2',
  AXB: 'hunter2',
};

let root = '';
let dir = '';
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'secrets-'));
  dir = path.join(root, 'secrets');
  await mkdir(path.join(dir, 'sub'), { recursive: true });
  await mkdir(`${dir}-other`);
  const files: Record<string, string | Uint8Array> = {
    'secrets/plain': 'hunter2\n',
    'secrets/windows': 'hunter2\r\n',
    'secrets/lines': 'a\nb\n\n',
    'secrets/sub/deep': 'deep one',
    'secrets/..data': 'dots',
    'secrets/empty': '\n',
    'secrets/full': 'x'.repeat(64 * 1024),
    'secrets/large': 'x'.repeat(64 * 1024 + 1),
    'secrets/binary': new Uint8Array([0x68, 0xff, 0xfe]),
    'secrets-other/file': 'hunter2',
    outside: 'hunter2',
  };
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(path.join(root, name), text)));
  await symlink('plain', path.join(dir, 'link-inside'));
  await symlink(path.join(root, 'outside'), path.join(dir, 'link-outside'));
  await symlink('../outside', path.join(dir, 'link-relative'));
  await symlink(root, path.join(dir, 'link-directory'));
  await symlink('nowhere', path.join(dir, 'link-dangling'));
  await symlink(dir, path.join(root, 'link-to-secrets'));
  execFileSync('mkfifo', [path.join(dir, 'pipe')]);
});
afterAll(() => rm(root, { recursive: true }));

const resolverWith = (options: Partial<SecretResolverOptions> = {}) =>
  createSecretResolver({ ...secretSettings({}), dir, env, redactor: createRedactor(), ...options });

/** The error for a reference, of which it is certain that it holds no secret. */
const refusalOf = async (reference: string, options?: Partial<SecretResolverOptions>) => {
  const error = await resolverWith(options)
    .resolve(reference)
    .catch((caught: unknown) => caught);
  expect(error).toMatchObject({ name: 'MigrationError', type: 'SecretUnavailable' });
  expect(`${error}${JSON.stringify(error)}`).not.toContain('hunter2');
  return error as Error;
};

describe('the allow-list', () => {
  test('has its documented defaults', () => {
    expect(secretSettings({})).toEqual({ envGlobs: ['SOURCE_*', 'TARGET_*', 'REDIS_*'], dir: '/run/secrets' });
  });

  test('is read from the environment', () => {
    const settings = secretSettings({ REDIS_MIGRATION_SECRET_ENV: ' A_*, B ,,', REDIS_MIGRATION_SECRET_DIR: '/keys' });
    expect(settings).toEqual({ envGlobs: ['A_*', 'B'], dir: '/keys' });
  });

  test('may be empty, and then allows nothing', async () => {
    await refusalOf('env:SOURCE_PASSWORD', secretSettings({ REDIS_MIGRATION_SECRET_ENV: '' }));
  });
});

describe('env:', () => {
  test('a name that is allowed gives its value, as it is', async () => {
    expect(await resolverWith().resolve('env:SOURCE_PASSWORD')).toBe('hunter2');
    expect(await resolverWith().resolve('env:TARGET_CA')).toBe('line 1\nline 2\n');
    expect(await resolverWith({ envGlobs: ['AXB'] }).resolve('env:AXB')).toBe('hunter2');
    expect(await resolverWith({ envGlobs: ['A*B'] }).resolve('env:AXB')).toBe('hunter2');
  });

  test.each([
    'AWS_SECRET_ACCESS_KEY',
    'MY_SOURCE_PASSWORD',
    'SOURCE',
    'source_password',
    'SOURCE_PASSWORD ',
    'SOURCE_PASSWORD\n',
    'SOURCE_\nX',
    'SOURCE_*',
    'SOURCE_A=B',
    '',
    'PATH',
  ])('%j is not allowed', async name => {
    expect((await refusalOf(`env:${name}`)).message).toContain('is not allowed here');
  });

  test.each(['REDIS_MIGRATION_HOOKS', 'redis_migration_hooks', 'TEMPORAL_API_KEY', 'Temporal_Api_Key'])(
    "%s is the worker's own, whatever the globs say",
    async name => {
      for (const glob of ['*', name, `${name.slice(0, 6)}*`]) {
        expect((await refusalOf(`env:${name}`, { envGlobs: [glob] })).message).toContain('is not allowed here');
      }
    },
  );

  test.each(['A.B', 'A?B', '[A]XB', 'A|AXB', '(AXB)', 'A.*', 'AX', 'XB', '^AXB$'])(
    'the glob %s has no other magic than *',
    async glob => {
      await refusalOf('env:AXB', { envGlobs: [glob] });
    },
  );

  test.each(['__proto__', 'constructor', 'toString'])('%s is not a variable', async name => {
    expect((await refusalOf(`env:${name}`, { envGlobs: ['*'] })).message).toContain('is not set');
  });

  test('a variable that is not set or empty says so by its name', async () => {
    expect((await refusalOf('env:SOURCE_OTHER')).message).toBe(
      "The secret env:SOURCE_OTHER is not set in the worker's environment.",
    );
    expect((await refusalOf('env:REDIS_EMPTY')).message).toBe('The secret env:REDIS_EMPTY is empty.');
  });
});

describe('file:', () => {
  test.each([
    ['plain', 'hunter2'],
    ['./plain', 'hunter2'],
    ['windows', 'hunter2'],
    ['lines', 'a\nb\n'],
    ['sub/deep', 'deep one'],
    ['..data', 'dots'],
    ['link-inside', 'hunter2'],
    ['full', 'x'.repeat(64 * 1024)],
  ])('%s within the directory is read', async (file, secret) => {
    expect(await resolverWith().resolve(`file:${file}`)).toBe(secret);
    if (!file.startsWith('.')) expect(await resolverWith().resolve(`file:${dir}/${file}`)).toBe(secret);
  });

  test('a directory that is itself a link is followed', async () => {
    const link = path.join(root, 'link-to-secrets');
    expect(await resolverWith({ dir: link }).resolve('file:plain')).toBe('hunter2');
    expect(await resolverWith({ dir: `${link}/` }).resolve(`file:${link}/plain`)).toBe('hunter2');
  });

  test.each([
    '',
    '.',
    '..',
    '../outside',
    '../secrets/plain',
    'sub/../plain',
    '/etc/passwd',
    '/nowhere/at-all',
    '//etc/passwd',
    'sub//deep',
    '///plain',
    'plain\0',
    'plain\0.pem',
    'link-outside',
    'link-relative',
    'link-directory/outside',
    'link-directory/secrets-other/file',
  ])('%j is not allowed', async file => {
    expect((await refusalOf(`file:${file}`)).message).toContain('is not allowed here');
  });

  test('a directory whose name only begins the same is another', async () => {
    expect((await refusalOf(`file:${dir}-other/file`)).message).toContain('is not allowed here');
    expect((await refusalOf(`file:${root}/outside`)).message).toContain('is not allowed here');
  });

  test.each([
    ['sub', 'is not a regular file'],
    ['pipe', 'is not a regular file'],
    ['large', 'is larger than 64 KiB'],
    ['binary', 'is not text in UTF-8'],
    ['empty', 'is empty'],
    ['missing', "can't be read (ENOENT)"],
    ['link-dangling', "can't be read (ENOENT)"],
    ['plain/deeper', "can't be read (ENOTDIR)"],
  ])('%s: it %s', async (file, why) => {
    expect((await refusalOf(`file:${file}`)).message).toBe(`The secret file:${file} ${why}.`);
  });

  test('nothing is allowed where there is no directory', async () => {
    await refusalOf('file:plain', { dir: path.join(root, 'nowhere') });
  });
});

test.each(['hunter2', '', 'ENV:SOURCE_PASSWORD', ' env:SOURCE_PASSWORD', 'https://hunter2'])(
  '%j is no reference, and is not shown',
  async reference => {
    expect((await refusalOf(reference)).message).toBe('A secret is no reference: expected env:NAME or file:PATH.');
  },
);

test('what was resolved is hidden from then on', async () => {
  const redactor = createRedactor();
  await resolverWith({ redactor }).resolve('env:SOURCE_PASSWORD');
  await resolverWith({ redactor }).resolve('file:sub/deep');
  expect(redactor.redact('hunter2, deep one')).toBe('***, ***');
});
