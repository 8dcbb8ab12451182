import { equal } from './equal.js';
import { ask, type Evidence, evidence, type Pair, type ValueType } from './pair.js';
import { RawPair } from './raw-pair.js';

const pieceBytes = 256 << 10;

export const string: ValueType = {
  whole: { command: key => ['GET', key], same: equal },
  difference,
};

async function difference(pair: Pair): Promise<Evidence> {
  const [length, targetLength] = await ask(pair, 'STRLEN', pair.key);
  if (length !== targetLength) return evidence('length', length);
  const pieces = new RawPair(pair);
  for (let at = 0; at < Number(length); at += pieceBytes) {
    const { bytes, same } = await pieces.ask('GETRANGE', pair.key, at, at + pieceBytes - 1);
    if (!same) return evidence(at, bytes);
  }
  return null;
}
