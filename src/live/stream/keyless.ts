import type { Selection } from '../../selection/selection.js';
import type { StreamCommand } from '../stream-command.js';
import type { KeyJudge } from './key-judge.js';
import type { TargetWriter } from './target-writer.js';
import { commands, exec, multi, nothing, type Translation, tooBig } from './translation.js';
import { integerAt, isWord } from './words.js';

export interface KeylessContext {
  selection: Selection;
  judge: KeyJudge;
  writer: TargetWriter;
  /** In the target's database 0. */
  ownKeys: readonly string[];
}

type Keyless = (command: StreamCommand, context: KeylessContext) => Translation;

const none: Keyless = () => nothing;
const lazySince = 400;

/** Scripts are the server's, not of keys. */
const script: Keyless = ({ name, whole }, { writer }) => {
  if (!writer.knows(name)) return { kind: 'nothing', note: 'cached scripts: the target takes none' };
  if (!whole) return tooBig(name);
  writer.asItCame();
  return commands(writer.count);
};

/** So are libraries. One that was loaded replaces what the target has of it. */
const library: Keyless = (command, { writer }) => {
  if (!writer.knows('FUNCTION')) return { kind: 'nothing', note: 'function libraries: the target knows none' };
  if (!command.whole) return tooBig(command.name);
  if (isWord(command, 1, 'LOAD') && !isWord(command, 2, 'REPLACE'))
    writer
      .begin(command.words + 1)
      .words(0, 2)
      .add('REPLACE')
      .words(2, command.words);
  else writer.asItCame();
  return commands(writer.count);
};

const flush: Keyless = (command, { selection, judge, writer }) => {
  const all = command.name === 'FLUSHALL';
  if (!all && judge.targetDatabase(command.db) < 0) return nothing;
  if (!selection.everything || judge.ahead.any(command.endOffset) || !writer.knows(command.name))
    return { kind: 'sweep', db: all ? null : command.db };
  const lazily = isWord(command, 1, 'ASYNC') && writer.target.level >= lazySince;
  writer.begin(lazily ? 2 : 1).add(command.name);
  if (lazily) writer.add('ASYNC');
  return commands(writer.count);
};

const swap: Keyless = (command, { selection, judge, writer, ownKeys }) => {
  const [one, other] = [integerAt(command, 1), integerAt(command, 2)];
  if (one === undefined || other === undefined) return { kind: 'unknown', name: command.name };
  const [first, second] = [judge.targetDatabase(one), judge.targetDatabase(other)];
  if (first < 0 && second < 0) return nothing;
  const ahead = judge.ahead.anyIn([one, other], command.endOffset);
  if (!selection.everything || ahead || !writer.knows('SWAPDB'))
    return { kind: 'resync', why: `databases ${one} and ${other} of the source were swapped (SWAPDB)` };
  writer.begin(3).add('SWAPDB').add(first).add(second);
  const swapped = first === 0 ? second : second === 0 ? first : 0;
  if (swapped > 0) for (const key of ownKeys) writer.use(swapped).begin(3).add('MOVE').add(key).add(0);
  return commands(writer.count);
};

/** Commands of a stream that name no keys. What subscribers hear is no data, and those of the target have not asked for it. */
export const keyless: ReadonlyMap<string, Keyless> = new Map(
  Object.entries({
    PING: none,
    REPLCONF: none,
    SELECT: none,
    PUBLISH: none,
    SPUBLISH: none,
    MULTI: () => multi,
    EXEC: () => exec,
    SCRIPT: script,
    FUNCTION: library,
    FLUSHDB: flush,
    FLUSHALL: flush,
    SWAPDB: swap,
  }),
);
