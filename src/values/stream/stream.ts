import type { Reply } from '../../resp/reply.js';
import { equal } from '../equal.js';
import { ask, type Evidence, evidence, type Pair, type ValueType } from '../pair.js';
import { Window } from '../window.js';
import { copyStream } from './copy.js';
import { groupsDifference } from './groups.js';
import { fieldsOf, nextId } from './id.js';

export const stream: ValueType = { difference, copy: copyStream };

/** The first is known since 5.0, the others since 7.0: compared when both sides tell. */
const attributes = ['last-generated-id', 'entries-added', 'max-deleted-entry-id'];

async function difference(pair: Pair): Promise<Evidence> {
  const [source, target] = (await ask(pair, 'XINFO', 'STREAM', pair.key)).map(fieldsOf);
  if (!source || !target) return null;
  for (const name of ['length', ...attributes]) {
    const told = source.has(name) && target.has(name);
    if (told && !equal(source.get(name), target.get(name))) return evidence(name, source.get(name));
  }
  const allConsumers = source.has('entries-added') && target.has('entries-added');
  return (await entriesDifference(pair)) ?? (await groupsDifference(pair, allConsumers));
}

async function entriesDifference(pair: Pair): Promise<Evidence> {
  const window = new Window();
  let from = '-';
  for (;;) {
    const [source, target] = (await ask(pair, 'XRANGE', pair.key, from, '+', 'COUNT', window.size)) as [
      Reply[],
      Reply[],
    ];
    if (!equal(source, target)) return evidence(from, source.length, ...source.flatMap(flatten));
    const last = source.at(-1) as Reply[] | undefined;
    if (!last) return null;
    window.learn(source);
    from = nextId(last[0]);
  }
}

const flatten = (entry: Reply): Reply[] => (Array.isArray(entry) ? entry.flatMap(flatten) : [entry]);
