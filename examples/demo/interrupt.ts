export interface Interruption {
  signal: AbortSignal;
  happened: Promise<void>;
  /** Stops listening. */
  end(): void;
}

/** Ctrl-C or SIGTERM: what runs is let go, so that everything started is ended. */
export function untilInterrupted(): Interruption {
  const controller = new AbortController();
  const happened = new Promise<void>(resolve => controller.signal.addEventListener('abort', () => resolve()));
  const stop = () => controller.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  return {
    signal: controller.signal,
    happened,
    end: () => void process.off('SIGINT', stop).off('SIGTERM', stop),
  };
}
