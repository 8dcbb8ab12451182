import type { RedisServer } from '../lab/index.js';

/** How often a source was asked for everything, and how often it could go on from where somebody was. */
export async function syncsOf(source: RedisServer): Promise<{ full: number; partial: number }> {
  const { sync_full, sync_partial_ok } = await source.info('stats');
  return { full: Number(sync_full), partial: Number(sync_partial_ok) };
}
