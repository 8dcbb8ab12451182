import { describe, it } from 'vitest';
import { withdrawnWhileStopped } from './scenarios/withdrawn.js';
import { usePlace } from './support/use-place.js';

const place = usePlace(2);

describe('a cutover given up while the worker that parked the source is stopped', () => {
  it('by abort: the source is as before, also when the worker goes on', { timeout: 120_000 }, async () => {
    await withdrawnWhileStopped(place(), 'abort');
  });

  it('by undo, its workflow terminated: the same', { timeout: 120_000 }, async () => {
    await withdrawnWhileStopped(place(), 'undo');
  });
});
