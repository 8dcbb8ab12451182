import { describe, expect, test } from 'vitest';
import type { MigrationPlan } from '../../src/contract/plan.js';
import { ByteBuilder } from '../../src/resp/bytes.js';
import { appendBulk } from '../../src/resp/encode.js';
import { Selection } from '../../src/selection/selection.js';

type Filter = NonNullable<MigrationPlan['filter']>;
type Rename = NonNullable<MigrationPlan['rename']>;

const selecting = (filter: Partial<Filter> = {}, rename: Partial<Rename> = {}): Selection =>
  Selection.of({
    filter: { match: [], exclude: [], types: [], databases: [], ...filter },
    rename: { databases: {}, prefix: null, ...rename },
  });

const renaming = (from: string, to: string, filter: Partial<Filter> = {}): Selection =>
  selecting(filter, { prefix: { from, to } });

const accepts = (selection: Selection, name: string): boolean => {
  const around = Buffer.from(`??${name}??`);
  return selection.accepts(around, 2, around.length - 2);
};

/** The name as it is written for the target. */
function written(selection: Selection, name: Buffer): string {
  const wire = appendBulk(new ByteBuilder().appendText('+OK\r\n'), name).view();
  const into = new ByteBuilder().appendText('before');
  selection.appendTargetKey(into, wire, 5, wire.length);
  return into.view().toString('latin1');
}

const texts = (keys: readonly Buffer[]): string[] => keys.map(String);

describe('by name', () => {
  test('everything but our own keys, when nothing is asked for', () => {
    const all = Selection.of({ filter: null, rename: null });
    expect(all.everything).toBe(true);
    expect(['', 'a', '__redis-migration', '__redis-migration:lock'].map(name => accepts(all, name))).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(selecting().everything).toBe(true);
  });

  test('what matches any pattern, and none that excludes', () => {
    const some = selecting({ match: ['user:*', 'order:?'], exclude: ['*:tmp'] });
    expect(some.everything).toBe(false);
    expect(['user:1', 'order:1', 'order:12', 'user:tmp', 'other'].map(name => accepts(some, name))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(accepts(selecting({ match: ['*'] }), '__redis-migration:lock')).toBe(false);
  });

  test.each<[string, Selection]>([
    ['types', selecting({ types: ['hash'] })],
    ['databases', selecting({ databases: [0] })],
    ['a map of databases', selecting({}, { databases: { 1: 2 } })],
    ['a prefix', renaming('a', 'b')],
  ])('%s is not everything', (_, selection) => {
    expect(selection.everything).toBe(false);
  });

  test('types are those asked for', () => {
    expect(selecting({ types: ['hash', 'set'] }).types).toEqual(new Set(['hash', 'set']));
    expect(selecting().types).toBeNull();
  });
});

describe('databases', () => {
  test('those asked for, as far as they exist, in order', () => {
    expect(selecting().databases([3, 0, 15])).toEqual([0, 3, 15]);
    expect(
      selecting({ databases: [15, 1, 0] }).databases(
        new Map([
          [15, 'x'],
          [3, 'y'],
          [0, 'z'],
        ]).keys(),
      ),
    ).toEqual([0, 15]);
  });

  test('go where they are sent, and are found from there', () => {
    const mapped = selecting({ databases: [0, 1, 2] }, { databases: { 0: 1, 1: 7 } });
    expect([0, 1, 2].map(db => mapped.targetDatabase(db))).toEqual([1, 7, 2]);
    expect([0, 1, 2, 7, 3].map(db => mapped.sourceDatabase(db))).toEqual([null, 0, 2, 1, null]);
    expect(selecting().sourceDatabase(9)).toBe(9);
  });
});

describe('a prefix', () => {
  const rows: [string, string, string, string][] = [
    ['a:', 'bb:', 'a:1', 'bb:1'],
    ['a:', 'bb:', 'b:1', 'b:1'],
    ['a:', '', 'a:', ''],
    ['', 'x', '', 'x'],
    ['ü', 'y', 'ü1', 'y1'],
    ['a', 'ab', 'ab', 'abb'],
  ];
  test.each(rows)('from %j to %j makes of %j the name %j', (from, to, name, expected) => {
    const selection = renaming(from, to);
    expect(String(selection.targetKey(Buffer.from(name)))).toBe(expected);
    const length = Buffer.byteLength(expected);
    expect(written(selection, Buffer.from(name))).toBe(
      `before$${length}\r\n${Buffer.from(expected).toString('latin1')}\r\n`,
    );
    expect(texts(selection.sourceKeys(Buffer.from(expected)))).toContain(name);
  });

  test('is changed in names of any length', () => {
    const rest = 'x'.repeat(2000);
    expect(written(renaming('long', 'l'), Buffer.from(`long${rest}`))).toBe(`before$2001\r\nl${rest}\r\n`);
  });

  test('leaves bytes that are no text as they are', () => {
    const name = Buffer.from([0x61, 0, 13, 10, 255]);
    expect(renaming('a', 'b').targetKey(name)).toEqual(Buffer.from([0x62, 0, 13, 10, 255]));
    expect(written(renaming('a', 'b'), name)).toBe('before$5\r\nb\0\r\n\xff\r\n');
  });

  test('finds whom a name of the target belongs to', () => {
    const selection = renaming('a:', 'b:', { exclude: ['*:x'] });
    const sources = (name: string) => texts(selection.sourceKeys(Buffer.from(name)));
    expect(sources('b:1')).toEqual(['b:1', 'a:1']);
    expect(sources('a:1')).toEqual([]);
    expect(sources('c:1')).toEqual(['c:1']);
    expect(sources('b:x')).toEqual([]);
    expect(sources('__redis-migration:lock')).toEqual([]);
    expect(texts(renaming('a:', 'b:', { match: ['a:*'] }).sourceKeys(Buffer.from('b:1')))).toEqual(['a:1']);
  });

  test('names of the target are written as the source has them', () => {
    const sourceOf = (selection: Selection, name: string): string | null => {
      const wire = appendBulk(new ByteBuilder().appendText('+OK\r\n'), Buffer.from(name)).view();
      const into = new ByteBuilder().appendText('before');
      const found = selection.appendSourceKey(into, wire, 5, wire.length);
      expect(into.length > 6).toBe(found);
      return found ? into.view().toString('latin1', 6) : null;
    };
    const selection = renaming('long:', 'b:', { exclude: ['*:x'] });
    expect(sourceOf(selection, 'b:1')).toBe('$3\r\nb:1\r\n');
    expect(sourceOf(renaming('long:', 'b:', { match: ['long:*'] }), 'b:1')).toBe('$6\r\nlong:1\r\n');
    expect(sourceOf(renaming('long:', 'b:', { match: ['long:*'] }), 'c:1')).toBeNull();
    expect(['long:1', 'b:x', '__redis-migration:lock'].map(name => sourceOf(selection, name))).toEqual([
      null,
      null,
      null,
    ]);
    expect(sourceOf(selecting({ match: ['a*'] }), 'a')).toBe('$1\r\na\r\n');
  });

  test('tells which keys may be called as another one will be', () => {
    const rival = (selection: Selection, name: string) => selection.rivalOf(Buffer.from(name))?.toString() ?? null;
    expect(rival(renaming('a:', 'b:'), 'b:1')).toBe('a:1');
    expect(rival(renaming('a:', 'b:'), 'a:1')).toBeNull();
    expect(rival(renaming('a:', 'b:'), 'c:1')).toBeNull();
    expect(rival(renaming('a:', ''), 'c:1')).toBe('a:c:1');
    expect(rival(renaming('', 'b:'), 'b:1')).toBeNull();
    expect(rival(renaming('a', 'ab'), 'ab')).toBeNull();
    expect(rival(renaming('a:', 'b:', { exclude: ['a:1'] }), 'b:1')).toBeNull();
    expect(rival(selecting(), 'b:1')).toBeNull();
    const bytes = Buffer.from('..b:1..');
    expect(renaming('a:', 'b:').mayCollide(bytes, 2, 5)).toBe(true);
    expect(renaming('a:', 'b:').mayCollide(bytes, 0, 5)).toBe(false);
  });
});
