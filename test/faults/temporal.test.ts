import { describe, it } from 'vitest';
import { type TemporalKill, temporalKilled } from './scenarios/temporal.js';
import { usePlace } from './support/use-place.js';

const place = usePlace(2);
const moments: Record<TemporalKill, string> = {
  syncing: 'in the full sync',
  waiting: 'ready for the cutover',
  promoted: 'right after the promotion',
};

describe('Temporal killed and started again with its database: the migration goes on, no write is lost', () => {
  for (const [when, text] of Object.entries(moments) as Array<[TemporalKill, string]>)
    it(text, { timeout: 120_000 }, async () => {
      await temporalKilled(place(), when);
    });
});
