import { beforeAll, describe, expect, test } from 'vitest';
import { chooseMethod } from '../../src/preflight/choose-method.js';
import { type RedisServer, serverVersions } from '../lab/index.js';
import { describeEachVersion } from '../support/each-version.js';
import { type ContextOptions, contextOf, start, startPair } from './support.js';

const choose = async (source: RedisServer, target: RedisServer, options: ContextOptions = {}) =>
  chooseMethod(await contextOf(source, target, options));

const [newest, other] = ['8.0', '7.0'] as const;

describeEachVersion('between two servers', version => {
  test('that can replicate it is replication', async () => {
    const { method, why } = await choose(...(await startPair({ version }, { version })));
    expect(method).toBe('replication');
    expect(why).toMatch(/^Both servers can replicate: it carries on/);
  });
});

describe.skipIf(!serverVersions().includes(newest))('from the newest server to', () => {
  let source: RedisServer;
  beforeAll(async () => {
    source = await start({ version: newest, users: ['plain on >secret ~* &* +@all -psync'] });
  });

  describeEachVersion(
    'another one,',
    version => {
      test('where no replica could read its snapshot, a worker follows it, and nothing is changed', async () => {
        const target = await start({ version });
        const { method, why } = await choose(source, target);
        expect(method).toBe('live');
        expect(why).toMatch(
          /^A worker follows the source .* replication is not possible here: .* can go back without loss\.$/,
        );
        for (const server of [source, target])
          expect(await server.info('all')).toMatchObject({ role: 'master', sync_full: '0' });
      });
    },
    ['6.0', '6.2', '7.0', 'valkey-8.0', 'valkey-8.1'],
  );

  test('an older one, without the right to PSYNC, keys are copied, and the right is named', async () => {
    const target = await start({ version: other });
    const { method, why } = await choose(source, target, { sourceLogin: { username: 'plain', password: 'secret' } });
    expect(method).toBe('dump-restore');
    expect(why).toMatch(/Nor can a worker follow the source: the user plain may not run PSYNC .*SETUSER plain \+psync/);
  });

  test('an older one that has keys already, keys are copied one by one, unless they may be replaced', async () => {
    const target = await start({ version: other });
    await target.cli('SET', 'mine', '1');
    const { method, why } = await choose(source, target);
    expect(method).toBe('dump-restore');
    expect(why).toMatch(/has 1 key in the databases that are to be filled, and onConflict is "fail"/);
    expect((await choose(source, target, { input: { onConflict: 'replace' } })).method).toBe('live');
  });
});

test('to a managed target, which takes no roles, a worker follows the source, and that there is no way back is said', async () => {
  const config = { 'rename-command': 'REPLICAOF ""\nrename-command CONFIG ""' };
  const { method, why } = await choose(await start(), await start({ config }));
  expect(method).toBe('live');
  expect(why).toMatch(/Not from this target: .* there is no way back/);
});

describe('what the input asks for', () => {
  let source: RedisServer;
  let target: RedisServer;
  beforeAll(async () => {
    [source, target] = await startPair();
  });

  test.each([
    [{ rename: { databases: { '0': 1, '1': 0 } } }, 'live', /can't do: rename\. It carries on.*without loss\.$/],
    [{ rename: { prefix: { from: 'a:', to: 'b:' } } }, 'live', /rename\.prefix what is written .* has no way back/],
    [{ onConflict: 'replace' }, 'live', /can't do: onConflict\./],
    [{ onConflict: 'skip' }, 'dump-restore', /Nor .*: the input asks for onConflict "skip", which is for copies/],
    [{ verification: { repair: true } }, 'dump-restore', /Nor .*: the input asks for verification\.repair/],
    [{ cutover: { fence: 'whole-copy' } }, 'dump-restore', /Nor .*cutover\.fence "whole-copy"/],
    [{ cutover: { fence: 'none' } }, 'dump-restore', /Nor .*cutover\.fence "none"/],
    [{ cutover: { fence: 'min-replicas' } }, 'replication', /^Both/],
    [{ filter: { match: ['a*'] } }, 'dump-restore', /keys that filter leaves out included \(cutover\.fence "park"/],
    [{ filter: { match: ['a*'] }, cutover: { fence: 'park' } }, 'live', /can't do: filter\./],
  ] as const)('%j is %s', async (input, method, why) => {
    const choice = await choose(source, target, { input: input as unknown as NonNullable<ContextOptions['input']> });
    expect(choice.method).toBe(method);
    expect(choice.why).toMatch(why);
  });
});

describe('a source', () => {
  test.each(['PSYNC', 'REPLCONF'])('without %s is copied from', async command => {
    const [source, target] = await startPair({ config: { 'rename-command': `${command} ""` } });
    const { method, why } = await choose(source, target);
    expect(method).toBe('dump-restore');
    expect(why).toMatch(new RegExp(`Nor .*doesn't know ${command}\\.`));
  });

  test('that sends writes by names of its own is copied from, once they were used', async () => {
    const [source, target] = await startPair({ config: { 'rename-command': 'RPUSH other' } });
    const input = { rename: { databases: { '0': 1, '1': 0 } } };
    expect((await choose(source, target, { input })).method).toBe('live');
    await source.cli('other', 'list', '1');
    expect((await choose(source, target, { input })).why).toMatch(/Nor .*other names for commands that write .*RPUSH/);
  });
});
