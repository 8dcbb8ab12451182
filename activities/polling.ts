import { setTimeout as sleep } from 'node:timers/promises';

const everyMs = 2000;
/** A worker that is busy, or gone, answers later. */
const patienceMs = 10_000;

/** Asks Temporal something at once and every 2 s, until the signal. Without an answer nothing changes. */
export async function polling(signal: AbortSignal, ask: () => Promise<void>): Promise<void> {
  const within = (ms: number) => sleep(ms, undefined, { signal }).catch(() => undefined); // The loop looks at the signal.
  while (!signal.aborted) {
    await Promise.race([ask().catch(() => undefined), within(patienceMs)]);
    await within(everyMs);
  }
}
