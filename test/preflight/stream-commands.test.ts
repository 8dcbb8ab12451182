import { describe, expect, test } from 'vitest';
import { streamCommands } from '../../src/preflight/stream-commands.js';
import { type RedisServer, type ServerVersion, serverVersions } from '../lab/index.js';
import { describeEachVersion } from '../support/each-version.js';
import { brief, contextOf, start, texts } from './support.js';

const live = { input: { method: 'live' } } as const;
const judge = async (source: RedisServer, target: RedisServer) => streamCommands(await contextOf(source, target, live));

/** `LPUSH other`, `RPUSH ""` */
const renaming = (version: ServerVersion, ...lines: string[]) =>
  start({ version, config: { 'rename-command': lines.join('\nrename-command ') } });

describeEachVersion('between two servers', version => {
  test('that are alike nothing is amiss', async () => {
    const [source, target] = await Promise.all([start({ version }), start({ version })]);
    const results = await judge(source, target);
    expect(brief(results)).toEqual(['target pass']);
    expect(texts(results)).toContain('knows every command');
  });

  test('what nothing goes without is refused, by name', async () => {
    const [source, target] = await Promise.all([
      start({ version }),
      renaming(version, 'RESTORE ""', 'MULTI other', 'HGETALL ""'),
    ]);
    const results = await judge(source, target);
    expect(brief(results)).toEqual(['target failure (final)']);
    expect(texts(results)).toMatch(
      /lacks what nothing can be written without: RESTORE, MULTI, HGETALL\. .*rename-command/,
    );
  });

  test('what the target lacks and the source never used is told; what it used is a warning', async () => {
    const [source, target] = await Promise.all([
      start({ version }),
      renaming(version, 'LPUSH other-push', 'FLUSHALL ""', 'SWAPDB ""'),
    ]);
    const unused = await judge(source, target);
    expect(brief(unused)).toEqual(['target pass']);
    expect(texts(unused)).toMatch(/lacks .*LPUSH \(renamed\).*none of which was called/);
    expect(texts(unused)).toContain('FLUSHALL');

    await source.cli('LPUSH', 'list', '1');
    await source.cli('LPUSH', 'list', '2');
    await source.cli('SWAPDB', '3', '4');
    const used = await judge(source, target);
    expect(brief(used)).toEqual(['target warning', 'target warning']);
    expect(texts(used)).toContain('The keys of LPUSH (renamed, called 2 times) are read from the source each time');
    expect(texts(used)).toContain('Each SWAPDB (called 1 time) takes a fresh snapshot.');
    expect(used[1]?.message).toMatch(/doesn't know: .*LPUSH .*SWAPDB .*Applications get errors/);
  });

  test('what the source sends under names of its own is a warning, and a failure once it was used', async () => {
    const [source, target] = await Promise.all([
      renaming(version, 'RPUSH other', 'LPUSH ""', 'GET hidden'),
      start({ version }),
    ]);
    const unused = await judge(source, target);
    expect(brief(unused)).toEqual(['source warning']);
    expect(texts(unused)).toMatch(
      /other names for commands that write .*: RPUSH\. Where one comes, the migration stops/,
    );
    await source.cli('other', 'list', '1');
    const used = await judge(source, target);
    expect(brief(used)).toEqual(['source failure']);
    expect(texts(used)).toContain('RPUSH (called 1 time)');
  });
});

describe.skipIf(!['8.0', '6.0'].every(version => serverVersions().includes(version as ServerVersion)))(
  'from Redis 8.0 to 6.0',
  () => {
    test('each command that was used is named, by what becomes of it', async () => {
      const [source, target] = await Promise.all([start({ version: '8.0' }), start({ version: '6.0' })]);
      const idle = await judge(source, target);
      expect(brief(idle)).toEqual(['target pass']);
      expect(texts(idle)).toMatch(/lacks .*HPEXPIREAT.*none of which was called/);

      await source.cli('SET', 'a', '1');
      await source.cli('COPY', 'a', 'b');
      await source.cli('GETDEL', 'b');
      await source.cli('HSET', 'h', 'f', '1');
      await source.cli('HEXPIRE', 'h', '1000', 'FIELDS', '1', 'f');
      await source.cli('RPUSH', 'l', '1');
      await source.cli('LMOVE', 'l', 'm', 'RIGHT', 'LEFT');
      const [replaced, called] = await judge(source, target);
      expect(replaced?.message).toContain('The keys of COPY (called 1 time) are read');
      expect(replaced?.message).toContain("can't hold it: what HEXPIRE (called 1 time) do.");
      expect(replaced?.message).not.toContain('GETDEL');
      expect(called?.message).toMatch(/COPY .*GETDEL .*HEXPIRE .*LMOVE /);
      for (const name of ['COPY', 'GETDEL', 'HEXPIRE', 'LMOVE'])
        expect(called?.message).toContain(`${name} (called 1 time)`);
    });
  },
);
