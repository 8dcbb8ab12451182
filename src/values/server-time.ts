import type { Reply } from '../resp/reply.js';
import { nameOf } from './equal.js';

/** Of a reply of TIME, which has seconds and microseconds; undefined for an error. */
export function unixMs(time: Reply): number | undefined {
  if (!Array.isArray(time)) return undefined;
  return Number(nameOf(time[0])) * 1000 + Math.floor(Number(nameOf(time[1])) / 1000);
}
