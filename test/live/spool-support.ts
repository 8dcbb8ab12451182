import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { SpoolSettings } from '../../src/live/spool/settings.js';
import type { SpoolReader } from '../../src/live/spool/spool-reader.js';
import { StreamSpool } from '../../src/live/spool/stream-spool.js';
import type { Endpoint } from '../../src/server/endpoint.js';
import { labDirectory } from '../lab/index.js';

/** Spools in directories of their own, removed after each test. */
export function useSpools() {
  const opened: StreamSpool[] = [];
  afterEach(async () => {
    for (const spool of opened.splice(0)) {
      await spool.close();
      await rm(spool.dir, { recursive: true, force: true });
    }
  });
  const open = async (dir: string, settings: Partial<SpoolSettings> = {}) => {
    const spool = await StreamSpool.open(dir, settings);
    opened.push(spool);
    return spool;
  };
  return { open, fresh: async (settings?: Partial<SpoolSettings>) => open(await spoolDir(), settings) };
}

export const spoolDir = (): Promise<string> => mkdtemp(join(labDirectory(), 'spool-'));

/** What a reader gives up to an offset, joined. */
export async function readTo(reader: SpoolReader, offset: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  while (reader.position < offset) {
    const chunk = await reader.next();
    if (chunk) parts.push(Buffer.from(chunk.bytes));
  }
  return Buffer.concat(parts);
}

/** So many bytes of which every stretch is another. */
export function streamOf(length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let at = 0; at < length; at++) bytes[at] = (at * 2654435761) >>> 13;
  return bytes;
}

/** Appends pieces, and waits where the spool says so. */
export async function appendAll(spool: StreamSpool, bytes: Buffer, piece = 7777): Promise<void> {
  for (let at = 0; at < bytes.length; at += piece) await spool.append(bytes.subarray(at, at + piece), 1);
}

export const endpoint = ({ host, port }: { host: string; port: number }, more: Partial<Endpoint> = {}): Endpoint => {
  return { side: 'source', host, port, ...more };
};
