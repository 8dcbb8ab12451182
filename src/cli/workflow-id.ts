import { parseServerUrl } from '../contract/address.js';
import type { MigrationInput, ServerInput } from '../contract/input.js';

type Servers = Pick<MigrationInput, 'source' | 'target'>;

/** `redis-migration-<host>-<port>-to-<host>-<port>`: one id a pair of servers, safe in a shell. */
export const defaultWorkflowId = (input: Servers): string => `redis-migration-${pair(input)}`;

export const defaultUndoWorkflowId = (input: Servers): string => `redis-migration-undo-${pair(input)}`;

export const defaultVerifyWorkflowId = (input: Servers): string => `redis-verification-${pair(input)}`;

export const defaultSnapshotWorkflowId = ({ source }: Pick<Servers, 'source'>): string =>
  `redis-snapshot-${nameOf(source)}`;

const pair = ({ source, target }: Servers): string => `${nameOf(source)}-to-${nameOf(target)}`;

const nameOf = ({ url }: ServerInput): string => {
  const address = parseServerUrl(url);
  // Only for an input that would be refused anyway; what was typed there isn't repeated.
  if ('refusal' in address) return 'unknown';
  return `${address.host.toLowerCase().replace(/[^a-z0-9._]+/g, '-')}-${address.port}`;
};
