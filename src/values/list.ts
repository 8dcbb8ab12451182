import { equal } from './equal.js';
import { ask, type Evidence, evidence, type Pair, type ValueType } from './pair.js';
import { RawPair } from './raw-pair.js';
import { Window } from './window.js';

export const list: ValueType = {
  whole: { command: key => ['LRANGE', key, 0, -1], same: equal },
  difference,
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
