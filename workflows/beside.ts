import { CancellationScope, isCancellation } from '@temporalio/workflow';

/** Something that runs beside the checklist until it is stopped. */
export class Beside {
  private scope: CancellationScope | null = null;
  private done: Promise<void> = Promise.resolve();

  /**
   * Does nothing until it was stopped again.
   * @param work ends when its scope is cancelled; what it throws otherwise is a fault of ours
   */
  start(work: (scope: CancellationScope) => Promise<void>): void {
    if (this.scope) return;
    const scope = new CancellationScope({ cancellable: true });
    this.scope = scope;
    this.done = scope
      .run(() => work(scope))
      .catch(error => {
        if (!isCancellation(error) && !scope.consideredCancelled) throw error;
      });
    // Awaited by stop; until then a failure must not count as unhandled.
    this.done.catch(() => undefined);
  }

  /** Waits for its end, which a dead worker delays by a heartbeat timeout: no late act may follow. */
  async stop(): Promise<void> {
    this.scope?.cancel();
    await CancellationScope.nonCancellable(() => this.done);
    this.scope = null;
  }
}
