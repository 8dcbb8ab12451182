import { isOfChangedKey } from './copy/changed.js';
import { ask, evidence, type Pair } from './pair.js';
import { valueType } from './table.js';

/** `gone`: neither side has the key any more. `missing`, `extra`: only the source, only the target has it. */
export interface Comparison {
  outcome: 'same' | 'different' | 'missing' | 'extra' | 'gone';
  /** A digest of what differs and how the source has it; empty without a difference. */
  evidence: string;
}

/** Compares the value of one key of any size on two servers, in bounded pieces; expiry of the key is not looked at. */
export async function compareValue(pair: Pair): Promise<Comparison> {
  const [source, target] = (await ask(pair, 'TYPE', pair.key)).map(String) as [string, string];
  if (source === 'none' || target === 'none') return absent(source, target);
  if (source !== target) return { outcome: 'different', evidence: evidence(source) };
  const found = await valueType(source).difference(pair).catch(changedMeanwhile);
  return found === null ? { outcome: 'same', evidence: '' } : { outcome: 'different', evidence: found };
}

function absent(source: string, target: string): Comparison {
  if (source === target) return { outcome: 'gone', evidence: '' };
  return { outcome: source === 'none' ? 'extra' : 'missing', evidence: evidence(source) };
}

/** A key that changes its type, or vanishes, between two pieces is an outcome, not an error. */
function changedMeanwhile(error: unknown): string {
  if (!isOfChangedKey(error)) throw error;
  return evidence('changed', Date.now());
}
