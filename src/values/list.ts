import type { Building } from './copy/building.js';
import { ValueChanged } from './copy/changed.js';
import { copyWindow } from './copy/elements.js';
import type { Reading } from './copy/reading.js';
import { equal } from './equal.js';
import { ask, type Evidence, evidence, type Pair, type ValueType } from './pair.js';
import { RawPair } from './raw-pair.js';
import { Window } from './window.js';

const maker = { command: 'RPUSH' };

export const list: ValueType = {
  whole: { command: key => ['LRANGE', key, 0, -1], same: equal, maker },
  difference,
  copy,
};

async function difference(pair: Pair): Promise<Evidence> {
  const [length, targetLength] = await ask(pair, 'LLEN', pair.key);
  if (length !== targetLength) return evidence('length', length);
  const pieces = new RawPair(pair);
  const window = new Window();
  for (let at = 0, size = 0; at < Number(length); at += size) {
    size = window.size;
    const { bytes, same } = await pieces.ask('LRANGE', pair.key, at, at + size - 1);
    if (!same) return evidence(at, bytes);
    window.learn(bytes);
  }
  return null;
}

/** No further than it reached at first: one that grows all the time would never end, and is copied again anyway. */
async function copy(from: Reading, to: Building): Promise<string[]> {
  const length = Number(await from.source.command('LLEN', from.key));
  const window = copyWindow();
  for (let at = 0; at < length; ) {
    const piece = await from.readWindow(window, size => ['LRANGE', from.key, at, at + size - 1]);
    piece.next();
    const count = piece.value;
    if (count === 0) throw new ValueChanged();
    await to.write(into => into.make(maker, to.key, piece, count));
    at += count;
  }
  return [];
}
