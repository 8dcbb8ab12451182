import type { FenceStatus, MigrationStatus, RollbackStatus, VerificationStatus } from '../../contract/status.js';
import { formatBytes, formatDuration } from '../../contract/units.js';
import { elapsed, formatClock, formatCount, formatShare } from './format.js';

/** What the data, the fence and the roles are like now, each as a sentence or nothing. For every view. */

export const verificationText = (verification: VerificationStatus | null): string => {
  if (verification === null) return '';
  const { verdict, compared, different, missing, extra, unsettled, consistency, at } = verification;
  if (verdict === 'skipped') return 'skipped';
  const found = [`${formatCount(compared)} compared`, `${different} different`, `${missing} missing`, `${extra} extra`];
  if (unsettled > 0) found.push(`${unsettled} unsettled`);
  return `${verdict} (${formatShare(consistency)}): ${found.join(', ')}${at ? `, at ${formatClock(at)}` : ''}`;
};

/** The first keys that differ, escaped by the worker and again by the view. */
export const exampleTexts = (verification: VerificationStatus | null): string[] =>
  (verification?.examples ?? []).slice(0, 3).map(example => `e.g. ${example}`);

const fenceMeanings: Record<FenceStatus['state'], string> = {
  none: '',
  paused: 'paused: writers of the source wait',
  parked: 'parked: the source refuses writes',
  released: 'released',
};

export const fenceText = ({ state, since, expiresAt }: FenceStatus, now: number): string => {
  const meaning = fenceMeanings[state] ?? state;
  if (!meaning || state === 'released') return meaning;
  const held = elapsed(since, now);
  const left = expiresAt === null ? null : new Date(expiresAt).getTime() - now;
  const times = [held === null ? '' : `for ${formatDuration(held)}`, left === null ? '' : leftText(left)];
  return [meaning, ...times].filter(Boolean).join(', ');
};

const leftText = (ms: number): string => (ms > 0 ? `ends by itself in ${formatDuration(ms)}` : 'has run out');

export const cutoverText = ({ cutover }: MigrationStatus): string => {
  if (cutover === null) return '';
  const { promotedAt, writePauseMs } = cutover;
  const promoted = promotedAt === null ? 'not promoted' : `target promoted at ${formatClock(promotedAt)}`;
  return writePauseMs === null ? promoted : `${promoted}, writers waited ${formatDuration(writePauseMs)}`;
};

export const rollbackText = ({ possible, why, lagBytes }: RollbackStatus): string => {
  const lag = possible && lagBytes !== null ? `${formatBytes(lagBytes)} behind` : '';
  const reason = [why.replace(/\.$/, ''), lag].filter(Boolean).join(', ');
  return [possible ? 'possible' : 'not possible', reason].filter(Boolean).join(': ');
};
