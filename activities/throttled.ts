/** Heartbeats of bulk work: one for all the batches of a moment. */
export function throttled<T>(call: (value: T) => void, everyMs = 500): (value: T) => void {
  let last = 0;
  return value => {
    if (Date.now() - last < everyMs) return;
    last = Date.now();
    call(value);
  };
}
