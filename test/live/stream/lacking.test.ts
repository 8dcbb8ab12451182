import { expect, test } from 'vitest';
import { type Translation, Translator } from '../../../src/live/stream/index.js';
import { lackOf, streamCommands } from '../../../src/live/stream/lacking.js';
import { ByteBuilder } from '../../../src/resp/bytes.js';
import { Selection } from '../../../src/selection/selection.js';
import { forms } from './forms.js';
import { lines, streamed } from './streamed.js';

const lone = ['SCRIPT LOAD return{}', 'FUNCTION DELETE library', 'FLUSHALL', 'HSETEX h FIELDS 1 a 1'];
const cases = [...Object.values(forms).flat(), ...lone].map(line => ({ line, name: nameOf(line) }));

function nameOf(line: string): string {
  return (line.split(' ')[0] as string).toUpperCase();
}

const [oldest, newest] = [600, 900];

/** What a command comes to on a target, without some commands. */
function translated(
  line: string,
  without: string[],
  level = newest,
): { kind: Translation['kind']; note: boolean; names: string[] } {
  const commands = new Set(streamCommands.filter(each => !without.includes(each)));
  const translator = new Translator(Selection.of({ filter: null, rename: null }), { commands, level });
  translator.selected = 0;
  const into = new ByteBuilder();
  const translation = translator.translate(streamed(line), into);
  return {
    kind: translation.kind,
    note: 'note' in translation && translation.note !== undefined,
    names: lines(into.view()).map(nameOf),
  };
}

/** Without these the target has no expiries of fields. */
const fieldExpiries = ['HPEXPIREAT', 'HPERSIST', 'HSETEX'];
const lacking = (name: string) => (/^H.*(EXPIRE|PERSIST)/.test(name) ? [name, ...fieldExpiries] : [name]);

test('the forms have a command of every kind', () => {
  const kinds = new Set(cases.map(({ name }) => lackOf(name)));
  expect([...kinds].sort()).toEqual(['fetched', 'left-out', 'needed', 'otherwise', 'resync', 'unsent']);
});

test.each([oldest, newest])(
  'a command that a target (%s) lacks is never sent, but where nothing goes without it',
  level => {
    const sent = cases.filter(({ line, name }) => translated(line, lacking(name), level).names.includes(name));
    expect([...new Set(sent.map(({ name }) => lackOf(name)))]).toEqual(['needed']);
  },
);

test('keys of what is fetched are fetched', () => {
  const fetched = cases.filter(({ name }) => lackOf(name) === 'fetched');
  expect(fetched.length).toBeGreaterThan(100);
  const others = fetched.filter(({ line, name }) => !['fetch', 'nothing'].includes(translated(line, [name]).kind));
  expect(others).toEqual([]);
});

test('what is said otherwise has another form, or a sweep', () => {
  for (const name of new Set(cases.map(each => each.name).filter(each => lackOf(each) === 'otherwise'))) {
    const kinds = cases.filter(each => each.name === name).map(({ line }) => translated(line, [name]).kind);
    expect({ name, said: kinds.some(kind => kind === 'commands' || kind === 'sweep') }).toEqual({ name, said: true });
  }
});

test('what is left out is noted, and a swap needs a snapshot', () => {
  const leftOut = cases.filter(({ name }) => lackOf(name) === 'left-out');
  for (const { line, name } of leftOut)
    expect({ line, ...translated(line, lacking(name)) }).toMatchObject({ kind: 'nothing', note: true });
  expect(translated('SWAPDB 1 2', ['SWAPDB']).kind).toBe('resync');
});

test('nothing is said of a command that is in no table', () => expect(lackOf('GET')).toBeNull());
