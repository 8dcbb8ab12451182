import type { MigrationStatus, Progress } from '../../contract/status.js';
import { formatBytes, formatDuration } from '../../contract/units.js';
import { bar, formatCount, formatShare } from './format.js';
import { labelled } from './labelled.js';
import type { Frame } from './options.js';

const barWidth = 26;

/** How much is there, how fast, how far behind, how long to go. Nothing when nothing is known. */
export const progressLines = ({ progress, phase }: MigrationStatus, frame: Frame): string[] => {
  const share = shareDone(progress);
  const moving = phase === 'preparing' || phase === 'syncing' || phase === 'verifying' || phase === 'paused';
  const amounts = moving ? [amountText(progress, share)] : [];
  return labelled('Progress', [...amounts, paceText(progress, moving)].filter(Boolean), frame);
};

/** From 0 to 1 by keys, else by bytes; null when the total isn't known. */
export const shareDone = ({ keysDone, keysTotal, bytesDone, bytesTotal }: Progress): number | null =>
  ratio(keysDone, keysTotal) ?? ratio(bytesDone, bytesTotal);

const ratio = (done: number | null, total: number | null): number | null =>
  done === null || total === null || total <= 0 ? null : done / total;

const amountText = (progress: Progress, share: number | null): string => {
  const amount = amountOf(progress);
  return share === null ? amount : `${bar(share, barWidth)} ${formatShare(share).padStart(5)}  ${amount}`;
};

const amountOf = ({ keysDone, keysTotal, bytesDone, bytesTotal }: Progress): string => {
  if (keysDone !== null) return `${ofTotal(keysDone, keysTotal, formatCount)} keys`;
  return bytesDone === null ? '' : ofTotal(bytesDone, bytesTotal, formatBytes);
};

const ofTotal = (done: number, total: number | null, format: (amount: number) => string): string =>
  total === null ? format(done) : `${format(done)} of ${format(total)}`;

const paceText = ({ keysPerSecond, etaSeconds, ...lag }: Progress, moving: boolean): string => {
  const rate = moving && keysPerSecond !== null ? `${formatCount(keysPerSecond)} keys/s` : '';
  const left = moving && etaSeconds !== null ? `about ${formatDuration(etaSeconds * 1_000)} to go` : '';
  return [rate, lagText(lag), left].filter(Boolean).join(', ');
};

const lagText = ({ lagBytes, lagMs }: Pick<Progress, 'lagBytes' | 'lagMs'>): string => {
  const behind = [lagBytes === null ? '' : formatBytes(lagBytes), lagMs === null ? '' : formatDuration(lagMs)];
  const known = behind.filter(Boolean).join(' / ');
  return known && `lag ${known}`;
};
