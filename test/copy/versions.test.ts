import { expect, test } from 'vitest';
import { serverVersions } from '../lab/index.js';
import { copyBetween } from './version-pairs.js';

/** A slice of `npm run soak -- versions`: each version once as a source and once as a target, up and down. */
const slice = [
  { from: '6.0', to: '8.0' },
  { from: '8.0', to: '6.2' },
  { from: '6.2', to: 'valkey-8.0' },
  { from: 'valkey-8.0', to: '7.0' },
  { from: '7.0', to: 'valkey-8.1' },
  { from: 'valkey-8.1', to: '6.0' },
] as const;

test.for(slice)('every shape that both hold is copied from $from to $to', async ({ from, to }, { skip }) => {
  const missing = [from, to].filter(version => !serverVersions().includes(version));
  if (missing.length > 0) skip(`no server ${missing.join(', ')} on this machine`);
  expect((await copyBetween({ from, to })).keys).toBeGreaterThan(100);
});
