import { hash } from './hash.js';
import { list } from './list.js';
import { opaque } from './opaque.js';
import type { ValueType } from './pair.js';
import { set } from './set.js';
import { stream } from './stream/stream.js';
import { string } from './string.js';
import { zset } from './zset.js';

/** By the name that TYPE gives. */
const types = new Map<string, ValueType>(Object.entries({ string, list, set, zset, hash, stream }));

export const valueType = (name: string): ValueType => types.get(name) ?? opaque;
