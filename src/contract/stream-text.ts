import type { StreamProgress } from './status.js';
import { formatBytes } from './units.js';

/** For people: how fast both halves are, and how much lies between them. */
export const streamText = (stream: StreamProgress): string =>
  [
    perSecond(stream.receivedBytesPerSecond, 'received'),
    perSecond(stream.appliedBytesPerSecond, 'applied'),
    `spool ${formatBytes(stream.spoolBytes)}`,
  ]
    .filter(text => text !== '')
    .join(', ');

const perSecond = (bytes: number | null, what: string): string =>
  bytes === null ? '' : `${formatBytes(bytes)}/s ${what}`;
