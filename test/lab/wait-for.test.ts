import { expect, test } from 'vitest';
import { waitFor } from './wait-for.js';

test('waitFor returns what it waited for', async () => {
  let looks = 0;
  expect(await waitFor(() => ++looks >= 3 && looks, { what: 'three looks', everyMs: 1 })).toBe(3);
  expect(await waitFor(() => ++looks, { what: 'more looks', everyMs: 1, until: seen => seen > 6 })).toBe(7);
});

test('waitFor tells at its time-out what it saw last, or how the last look failed', async () => {
  const options = { what: 'the lag to be 0', timeoutMs: 30, everyMs: 5 };
  await expect(waitFor(() => ({ lag: 7 }), { ...options, until: seen => seen.lag === 0 })).rejects.toThrow(
    /30 ms for the lag to be 0; last seen: {\s*"lag": 7\s*}/,
  );
  const failing = () => Promise.reject(new Error('no such server'));
  await expect(waitFor(failing, options)).rejects.toThrow('the last look failed: Error: no such server');
});
