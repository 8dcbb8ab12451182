import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { embeddedSettings, loadSettings } from '../../../src/cli/client/settings.js';
import { freePort } from '../../lab/index.js';
import { Terminal } from '../support/terminal.js';

const directory = mkdtempSync(join(tmpdir(), 'cli-'));
afterAll(() => rmSync(directory, { recursive: true }));
const file = join(directory, 'temporal.toml');
writeFileSync(
  file,
  `[profile.default]\naddress = "of-default:1"\nnamespace = "by-default"\n[profile.prod]\naddress = "of-prod:1"\napi_key = "k"\n`,
);
const withFile = { TEMPORAL_CONFIG_FILE: file };
const withoutFile = { TEMPORAL_CONFIG_FILE: '/nowhere' };
const ui = { REDIS_MIGRATION_UI_URL: 'http://ui:8080/' };

describe('the settings of the connection', () => {
  it.each<[string, object, NodeJS.ProcessEnv, object]>([
    ['are nobody’s', {}, withoutFile, { address: null, namespace: 'default', taskQueue: 'redis-migration' }],
    ['come from the profile', {}, withFile, { address: 'of-default:1', namespace: 'by-default' }],
    ['come from the profile named', { profile: 'prod' }, withFile, { address: 'of-prod:1', namespace: 'default' }],
    ['come from the environment', {}, { ...withFile, TEMPORAL_ADDRESS: 'env:1' }, { address: 'env:1' }],
    ['come from flags', { address: 'flag:1' }, { ...withFile, TEMPORAL_ADDRESS: 'env:1' }, { address: 'flag:1' }],
    ['are nobody’s when empty', {}, { ...withoutFile, TEMPORAL_ADDRESS: '' }, { address: null }],
    ['take the task queue', {}, { ...withoutFile, REDIS_MIGRATION_TASK_QUEUE: 'q' }, { taskQueue: 'q' }],
    ['take the flag’s task queue', { taskQueue: 'f' }, { REDIS_MIGRATION_TASK_QUEUE: 'q' }, { taskQueue: 'f' }],
    ['know no UI', { address: '127.0.0.1:7233' }, withoutFile, { uiUrl: null }],
    ['know the UI that is named', {}, { ...withoutFile, ...ui }, { uiUrl: 'http://ui:8080' }],
    [
      'know the UI of the cloud',
      { address: 'n.a.tmprl.cloud:7233' },
      withoutFile,
      { uiUrl: 'https://cloud.temporal.io' },
    ],
  ])('%s', (_, flags, env, expected) => {
    expect(loadSettings(flags, env)).toMatchObject(expected);
  });

  it('of an embedded server have its own UI', () => {
    const embedded = { address: '127.0.0.1:7233', uiUrl: 'http://127.0.0.1:9000' };
    expect(embeddedSettings(loadSettings({}, { ...withoutFile, ...ui }), embedded)).toMatchObject(embedded);
  });

  it('bring what the profile says beyond the address', () => {
    expect(loadSettings({ profile: 'prod' }, withFile).connection).toMatchObject({ apiKey: 'k', tls: true });
  });

  it.each<[string, string[], NodeJS.ProcessEnv, string]>([
    ['a profile that is not there', ['list', '--profile', 'none'], withFile, "The Temporal profile can't be read"],
    ['a certificate that is not there', ['list'], { TEMPORAL_TLS_CLIENT_CERT_PATH: '/nowhere/c' }, "can't be read"],
  ])('are refused with 2: %s', async (_, argv, env, message) => {
    const terminal = new Terminal({ env });
    expect(await terminal.run(...argv)).toBe(2);
    expect(terminal.stderr).toContain(message);
  });

  it('never quote a broken configuration file, which may hold a key', async () => {
    const broken = join(directory, 'broken.toml');
    writeFileSync(broken, '[profile.default]\napi_key = "hunter2\n');
    const terminal = new Terminal({ env: { TEMPORAL_CONFIG_FILE: broken } });
    expect(await terminal.run('list')).toBe(2);
    expect(terminal.stderr).not.toContain('hunter2');
  });
});

describe('a Temporal that does not answer', () => {
  const expectUnreachable = async (address: string, ...argv: string[]) => {
    const terminal = new Terminal({ env: { TEMPORAL_ADDRESS: address } });
    const began = Date.now();
    const code = await terminal.run(...argv);
    expect(Date.now() - began).toBeLessThan(10_000);
    expect(code).toBe(5);
    expect(terminal.stderr).toBe(
      [
        `Temporal is not reachable at ${address} (namespace default): no answer within 5 s.`,
        "Start one for development with 'redis-migration dev', or name yours: --address HOST:PORT, --profile NAME,",
        'or the environment variables TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE.',
        '',
      ].join('\n'),
    );
  };

  it.concurrent('since nobody listens ends in 5 within 10 s, saying what to do', async () => {
    await expectUnreachable(`127.0.0.1:${await freePort()}`, 'status');
  });

  it.concurrent('since something silent listens ends in 5 within 10 s, saying what to do', async () => {
    const silent = createServer(() => {});
    await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    await expectUnreachable(`127.0.0.1:${port}`, 'start', '--source', 'redis://a', '--target', 'redis://b');
    silent.close();
  });
});
