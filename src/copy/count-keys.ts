import { infoOf } from '../keys/info-of.js';
import { showKey } from '../keys/key-name.js';
import { ScanFeed } from '../keys/scan-feed.js';
import { Slots } from '../keys/slots.js';
import { RespConnection } from '../resp/connection.js';
import type { Endpoint } from '../server/endpoint.js';
import { keysByDatabase } from '../server/info.js';
import { ofTypes } from './by-type.js';
import type { CopySelection } from './request.js';

export interface KeyCount {
  count: number;
  /** The first names, escaped. */
  examples: string[];
}

const mostExamples = 5;

/**
 * Counts the keys of one server that are selected. @param enough ends it @throws MigrationError Unreachable, what the
 * server refused; the signal's reason
 */
export async function countKeys(
  endpoint: Endpoint,
  selection: Pick<CopySelection, 'accepts' | 'types' | 'databases'>,
  { enough = Number.POSITIVE_INFINITY, signal }: { enough?: number; signal?: AbortSignal } = {},
): Promise<KeyCount> {
  const source = await RespConnection.open(endpoint, { name: 'redis-migration-count' });
  const found: KeyCount = { count: 0, examples: [] };
  const slots = new Slots();
  try {
    for (const db of selection.databases(keysByDatabase(await infoOf(source)).keys())) {
      await source.command('SELECT', db);
      const accepts = selection.accepts.bind(selection);
      const feed = new ScanFeed(source, { cursor: '0', count: () => 1000, accepts });
      for (let page = await feed.next(); page && found.count < enough; page = await feed.next()) {
        signal?.throwIfAborted();
        const keys = await ofTypes({ source, slots }, page.keys, selection.types);
        for (let index = 0; index < keys.count && found.examples.length < mostExamples; index++)
          found.examples.push(showKey(keys.key(index)));
        found.count += keys.count;
        feed.recycle(page);
      }
    }
    return found;
  } finally {
    source.close();
  }
}
