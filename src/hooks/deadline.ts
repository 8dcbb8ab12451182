/** The reason of a signal that was aborted because time was up. */
export class TookTooLong extends Error {}

/** Acts with a signal that is aborted with the outer one, for its reason, or after so many ms. */
export const withDeadline = async <T>(
  outer: AbortSignal,
  ms: number,
  act: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const controller = new AbortController();
  const passOn = () => controller.abort(outer.reason);
  outer.addEventListener('abort', passOn, { once: true });
  const timer = setTimeout(() => controller.abort(new TookTooLong()), ms);
  try {
    outer.throwIfAborted();
    return await act(controller.signal);
  } finally {
    clearTimeout(timer);
    outer.removeEventListener('abort', passOn);
  }
};
