import { equal } from './equal.js';
import { ask, type Evidence, evidence, type Pair, type ValueType } from './pair.js';

const pieceBytes = 256 << 10;

export const string: ValueType = {
  whole: { command: key => ['GET', key], same: equal },
  difference,
};

async function difference(pair: Pair): Promise<Evidence> {
  const [length, targetLength] = await ask(pair, 'STRLEN', pair.key);
  if (length !== targetLength) return evidence('length', length);
  for (let at = 0; at < Number(length); at += pieceBytes) {
    const [source, target] = await ask(pair, 'GETRANGE', pair.key, at, at + pieceBytes - 1);
    if (!equal(source, target)) return evidence(at, source);
  }
  return null;
}
