import type { Reply } from '../resp/reply.js';
import type { Building } from './copy/building.js';
import { copyElements } from './copy/elements.js';
import { FieldExpiry } from './copy/field-expiry.js';
import type { Reading } from './copy/reading.js';
import { equal, nameOf } from './equal.js';
import { expiryDiffers } from './expiry.js';
import { type Asker, ask, type Evidence, evidence, type Pair, type ValueType } from './pair.js';
import { type Unordered, unorderedDifference } from './unordered.js';

const noField = -2;
const maker = { command: 'HSET' };

export const hash: ValueType = {
  whole: { command: key => ['HGETALL', key], same: sameFields, maker },
  difference: pair => unorderedDifference(pair, fields),
  copy,
};

const fields: Unordered = { count: 'HLEN', scan: 'HSCAN', width: 2, find, same: equal, beyond: expiryDifference };

async function find(asker: Asker, key: Buffer, names: Buffer[]): Promise<Reply[]> {
  return (await asker.command('HMGET', key, ...names)) as Reply[];
}

function sameFields(source: Reply, target: Reply): boolean {
  const [one, other] = [asMap(source), asMap(target)];
  return one.size === other.size && [...one].every(([name, value]) => equal(value, other.get(name)));
}

function asMap(reply: Reply): Map<string, Reply> {
  const items = reply as Reply[];
  const map = new Map<string, Reply>();
  for (let at = 0; at < items.length; at += 2) map.set(nameOf(items[at]), items[at + 1] as Reply);
  return map;
}

/** Expiry of single fields, as Unix time in ms: https://redis.io/docs/latest/commands/hpexpiretime/ */
async function expiryDifference(pair: Pair, names: Buffer[]): Promise<Evidence> {
  if (!pair.fieldExpiry) return null;
  const [source, target] = (await ask(pair, 'HPEXPIRETIME', pair.key, 'FIELDS', names.length, ...names)) as number[][];
  const { toleranceMs, expiryShiftMs } = pair;
  const at = names.findIndex((_, index) =>
    expiryDiffers(source?.[index] ?? noField, target?.[index] ?? noField, toleranceMs, expiryShiftMs),
  );
  return at < 0 ? null : evidence('expiry', names[at], source?.[at]);
}

async function copy(from: Reading, to: Building): Promise<string[]> {
  const expiry = new FieldExpiry(from, to);
  const beyond = from.abilities.fieldExpiry ? expiry.ofPage.bind(expiry) : undefined;
  await copyElements(from, to, { scan: 'HSCAN', maker, beyond });
  return expiry.unheld ? ['the expiry of its fields'] : [];
}
