import type { Arg } from '../resp/encode.js';
import type { Reply } from '../resp/reply.js';
import { type Asker, ask, type Evidence, evidence, type Pair } from './pair.js';
import { Window } from './window.js';

/** How a collection without an order is walked and looked into. */
export interface Unordered {
  /** HLEN, SCARD, ZCARD */
  count: string;
  /** HSCAN, SSCAN, ZSCAN */
  scan: string;
  /** What a scan gives for an element: its name, and a value unless it is a set's. */
  width: 1 | 2;
  /** Looks names up on one side, in their order; null where there is no such element. */
  find(asker: Asker, key: Buffer, names: Buffer[]): Promise<Reply[]>;
  /** Whether what a scan gave and what was found are the same. */
  same(scanned: Reply, found: Reply): boolean;
  /** What else belongs to these elements. */
  beyond?(pair: Pair, names: Buffer[]): Promise<Evidence>;
}

/**
 * Scans the source and looks each element up on the target. With equal counts that is all; a count also takes in
 * elements that have expired but are not yet removed, so with unequal ones the target is scanned too.
 */
export async function unorderedDifference(pair: Pair, type: Unordered): Promise<Evidence> {
  const found = await scanAndFind(pair, type, compareElements);
  if (found !== null) return found;
  const [count, targetCount] = await ask(pair, type.count, pair.key);
  if (count === targetCount) return null;
  return scanAndFind({ ...pair, source: pair.target, target: pair.source }, type, findElements);
}

interface Elements {
  names: Buffer[];
  values: Reply[];
}

type Look = (pair: Pair, type: Unordered, elements: Elements) => Promise<Evidence>;

async function scanAndFind(pair: Pair, type: Unordered, look: Look): Promise<Evidence> {
  const window = new Window();
  let cursor: Arg = '0';
  do {
    pair.signal?.throwIfAborted();
    const [next, page] = (await pair.source.command(type.scan, pair.key, cursor, 'COUNT', window.size)) as [
      Buffer,
      Reply[],
    ];
    const found = page.length === 0 ? null : await look(pair, type, elementsOf(page, type.width));
    if (found !== null) return found;
    window.learn(page);
    cursor = next.toString();
  } while (cursor !== '0');
  return null;
}

function elementsOf(page: Reply[], width: number): Elements {
  const names = page.filter((_, index) => index % width === 0) as Buffer[];
  return { names, values: page.filter((_, index) => index % width === width - 1) };
}

async function compareElements(pair: Pair, type: Unordered, { names, values }: Elements): Promise<Evidence> {
  const found = await type.find(pair.target, pair.key, names);
  const at = values.findIndex((value, index) => found[index] === null || !type.same(value, found[index] as Reply));
  if (at >= 0) return evidence(names[at], values[at]);
  return type.beyond ? type.beyond(pair, names) : null;
}

async function findElements(pair: Pair, type: Unordered, { names }: Elements): Promise<Evidence> {
  const found = await type.find(pair.target, pair.key, names);
  const at = found.indexOf(null);
  return at < 0 ? null : evidence('extra', names[at]);
}
