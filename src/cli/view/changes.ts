import type { MigrationStatus } from '../../contract/status.js';
import { stepText } from './checklist.js';
import { cutoverText, rollbackText, verificationText } from './facts.js';
import { viewOfPhase } from './phase.js';
import { shareDone } from './progress.js';
import { escapeAll } from './text.js';

/** What is new since the status before, a line each: for logs and pipes. The first status is new altogether. */
export const changes = (before: MigrationStatus | null, now: MigrationStatus): string[] => {
  const old = before === null ? new Map<string, string>() : factsOf(escapeAll(before));
  const current = factsOf(escapeAll(now));
  const appeared = [...current].filter(([key, text]) => text && old.get(key) !== text).map(([, text]) => text);
  const gone = [...old].filter(([key]) => key.startsWith('blocker:') && !current.has(key));
  return [...gone.map(([, text]) => `no longer ${text}`), ...appeared];
};

/** Only what changes now and then: a rate or a running step's detail would be a line a second. */
const factsOf = (status: MigrationStatus): Map<string, string> =>
  new Map([
    ['phase', `phase ${status.phase}: ${viewOfPhase(status.phase).meaning}`],
    ...stepFacts(status),
    ['progress', progressText(status)],
    ...stateFacts(status),
    ...adviceFacts(status),
  ]);

type Facts = [string, string][];

const stepFacts = ({ checklist }: MigrationStatus): Facts =>
  checklist.filter(({ state }) => state !== 'pending').map(entry => [`step:${entry.step}`, `step ${stepText(entry)}`]);

const progressText = ({ progress }: MigrationStatus): string => {
  const tenths = Math.floor((shareDone(progress) ?? 0) * 10);
  return tenths > 0 ? `progress ${Math.min(100, tenths * 10)}%` : '';
};

const stateFacts = (status: MigrationStatus): Facts => [
  [
    'verification',
    status.verification?.verdict === 'running' ? '' : prefixed('verification', verificationText(status.verification)),
  ],
  ['fence', status.fence.state === 'none' ? '' : `fence ${status.fence.state}`],
  ['cutover', prefixed('cutover', cutoverText(status))],
  [
    'rollback',
    status.cutover === null || !(status.rollback.possible || status.rollback.why)
      ? ''
      : prefixed('rollback', rollbackText({ ...status.rollback, lagBytes: null })),
  ],
];

const adviceFacts = ({ blockers, nextSteps, notes }: MigrationStatus): Facts => [
  ...notes.map((note): [string, string] => [`note:${note}`, `note: ${note}`]),
  ...blockers.map(({ step, type, message, remedy }): [string, string] => [
    `blocker:${step}:${type}`,
    `blocked at ${step}: ${type}: ${message} Remedy: ${remedy}`,
  ]),
  ...nextSteps.map(({ message, command }): [string, string] => [
    `next:${message}:${command}`,
    command ? `next: ${message}: ${command}` : `next: ${message}`,
  ]),
];

const prefixed = (label: string, text: string): string => text && `${label} ${text}`;
