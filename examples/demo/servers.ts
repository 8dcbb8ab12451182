import { fill, fillEveryType, type RedisServer } from '../../test/lab/index.js';

const manyKeys = 100_000;

/** Every type and encoding, expiries, three databases, and many plain keys. */
export async function prepareServers(source: RedisServer): Promise<void> {
  await fillEveryType(source);
  await fill(source, { keys: manyKeys, bytes: 100 });
}
