import { afterAll, beforeAll } from 'vitest';
import { Place } from './place.js';

/** Opens the place before the file's tests, and closes it after them. */
export function usePlace(workers = 3): () => Place {
  let place: Place | undefined;
  beforeAll(async () => {
    place = await Place.open(workers);
  });
  afterAll(() => place?.close());
  return () => {
    if (!place) throw new Error('the place is not open');
    return place;
  };
}
