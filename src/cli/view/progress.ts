import type { MigrationStatus, Progress } from '../../contract/status.js';
import { streamText } from '../../contract/stream-text.js';
import { formatBytes, formatDuration } from '../../contract/units.js';
import { bar, formatCount, formatShare } from './format.js';
import { labelled } from './labelled.js';
import type { Frame } from './options.js';

const barWidth = 26;

/** How much is there, how fast, how far behind, how long to go. Nothing when nothing is known. */
export const progressLines = ({ progress, phase }: MigrationStatus, frame: Frame): string[] => {
  const moving = phase === 'preparing' || phase === 'syncing' || phase === 'verifying' || phase === 'paused';
  const stream = progress.stream ? streamText(progress.stream) : '';
  const known = moving ? [amountText(progress), paceText(progress), stream].filter(Boolean) : [];
  const lag = lagText(progress);
  if (known.length === 0) return labelled('Lag', lag ? [lag] : [], frame);
  return labelled('Progress', known, frame);
};

/** From 0 to 1 by keys, else by bytes; null when the total isn't known. */
export const shareDone = ({ keysDone, keysTotal, bytesDone, bytesTotal }: Progress): number | null =>
  ratio(keysDone, keysTotal) ?? ratio(bytesDone, bytesTotal);

const ratio = (done: number | null, total: number | null): number | null =>
  done === null || total === null || total <= 0 ? null : done / total;

const amountText = (progress: Progress): string => {
  const share = shareDone(progress);
  const amount = amountOf(progress);
  return share === null ? amount : `${bar(share, barWidth)} ${formatShare(share).padStart(5)}  ${amount}`;
};

const amountOf = ({ keysDone, keysTotal, bytesDone, bytesTotal }: Progress): string => {
  if (keysDone !== null) return `${ofTotal(keysDone, keysTotal, formatCount)} keys`;
  return bytesDone === null ? '' : ofTotal(bytesDone, bytesTotal, formatBytes);
};

const ofTotal = (done: number, total: number | null, format: (amount: number) => string): string =>
  total === null ? format(done) : `${format(done)} of ${format(total)}`;

/** Nothing when only the lag is known. */
const paceText = ({ keysDone, bytesDone, keysPerSecond, etaSeconds, ...lag }: Progress): string => {
  const rate = keysPerSecond === null ? '' : `${formatCount(keysPerSecond)} keys/s`;
  const left = etaSeconds === null ? '' : `about ${formatDuration(etaSeconds * 1_000)} to go`;
  const moves = rate || left || keysDone !== null || bytesDone !== null;
  const behind = lagText(lag);
  return moves ? [rate, behind && `lag ${behind}`, left].filter(Boolean).join(', ') : '';
};

const lagText = ({ lagBytes, lagMs }: Pick<Progress, 'lagBytes' | 'lagMs'>): string => {
  const behind = [lagBytes === null ? '' : formatBytes(lagBytes), lagMs === null ? '' : formatDuration(lagMs)];
  return behind.filter(Boolean).join(' / ');
};
