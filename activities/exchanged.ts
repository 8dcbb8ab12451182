import type { Endpoints } from '../src/copy/index.js';

/** What was moved is copied back: each server in the other's part. */
export const exchanged = ({ source, target }: Endpoints): Endpoints => ({
  source: { ...target, side: 'source' },
  target: { ...source, side: 'target' },
});
