import { beforeAll, expect, test } from 'vitest';
import type { Task } from '../../src/preflight/needed-commands.js';
import { sourcePermissions } from '../../src/preflight/source-permissions.js';
import { targetPermissions } from '../../src/preflight/target-permissions.js';
import type { RedisServer } from '../lab/index.js';
import { describeEachVersion } from '../support/each-version.js';
import { leastPrivilege } from './permissions.js';
import { brief, contextOf, startPair, texts } from './support.js';

const task: Task = { method: 'live', migrate: { move: false }, cutover: { fence: 'auto' } };
const input = { method: 'live' } as const;
const levels: Record<string, number> = { '6.0': 60_000, '6.2': 60_200 };

describeEachVersion('who follows the source, and feeds the target,', version => {
  let source: RedisServer;
  let target: RedisServer;
  beforeAll(async () => {
    const level = levels[version] ?? 70_000;
    const [from, to] = (['source', 'target'] as const).map(side =>
      leastPrivilege(side, 'secret', side, { level, task }).replace(
        ' resetchannels',
        level < 60_200 ? '' : ' resetchannels',
      ),
    ) as [string, string];
    const users = [
      from,
      to,
      `${from.replace('source', 'stranger')} -psync -replconf`,
      `${to.replace('target', 'one-way')} -psync -replconf`,
      `${to.replace('target', 'half')} -lpush -xtrim -command`,
      `${to.replace('target', 'handless')} -lpush -xtrim`,
      `${to.replace('target', 'reader').replace('+@write', '')}`,
      `${to.replace('target', 'narrow').replace('~*', '~app:*')}`,
    ];
    [source, target] = await startPair({ version, users }, { version, users });
  });
  const login = (username: string) => ({ username, password: 'secret' });
  const onSource = async (name: string) =>
    sourcePermissions(await contextOf(source, target, { input, sourceLogin: login(name) }));
  const onTarget = async (name: string) =>
    targetPermissions(await contextOf(source, target, { input, targetLogin: login(name) }));

  test('passes with exactly the rights that are needed, and no fork comes of trying', async () => {
    expect(brief(await onSource('source'))).toEqual(['source pass']);
    const results = await onTarget('target');
    // Those of vector sets are in no category.
    expect(brief(results)).toEqual([version === '8.0' ? 'target warning' : 'target pass']);
    if (version === '8.0') expect(texts(results)).toMatch(/ACL SETUSER target( \+v(add|rem|setattr)){3} /);
    for (const server of [source, target])
      expect(await server.info('all')).toMatchObject({ sync_full: '0', role: 'master' });
  });

  test('needs PSYNC on the source, and is told what for', async () => {
    const results = await onSource('stranger');
    expect(brief(results)).toEqual(['source failure']);
    expect(texts(results)).toContain('PSYNC (by which a worker follows the source as a replica does)');
    expect(texts(results)).toMatch(/SETUSER stranger \+(psync \+replconf|replconf \+psync) /);
  });

  test('needs it on the target for the way back only', async () => {
    const results = await onTarget('one-way');
    expect(brief(results)).toEqual(['target warning']);
    expect(texts(results)).toMatch(
      /(PSYNC, REPLCONF|REPLCONF, PSYNC) \(then what is written to the target after the cutover can not be/,
    );
  });

  test('needs every command that the stream may have, on all keys', async () => {
    const some = await onTarget('handless');
    expect(brief(some)).toContain('target failure');
    expect(texts(some)).toMatch(/needs: (LPUSH, XTRIM|XTRIM, LPUSH)\. .*\+lpush/);
    const all = await onTarget('reader');
    expect(brief(all)).toContain('target failure');
    expect(texts(all)).toMatch(/@write \(the writes of the source\)\. .*SETUSER reader .*\+@write/);
    const narrow = await onTarget('narrow');
    expect(brief(narrow)).toContain('target failure');
    expect(texts(narrow)).toMatch(/@write \(the writes of the source; not on all keys\).*SETUSER narrow ~\*/);
    const blind = await onTarget('half');
    expect(brief(blind)).toEqual(['target failure']);
    expect(texts(blind)).toContain('needs: COMMAND.');
  });
});
