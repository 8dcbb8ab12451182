import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { labDirectory, waitFor } from '../../lab/index.js';

/** What happens to the worker: SIGKILL, at once or so many ms later; SIGSTOP; or the act takes so much longer. */
export type Fault = 'kill' | `kill ${number}` | 'stop' | `wait ${number}`;

/** What is to happen to the worker that carries out an act of a cutover; see `test/lab/crashing-worker.ts`. */
export class Faults {
  readonly directory = mkdtempSync(join(labDirectory(), 'faults-'));

  /** Once, to whichever worker comes there first. */
  arm(workflowId: string, act: string, fault: Fault): void {
    // What struck at the same act before, on the way there perhaps, is no answer to this one.
    for (const name of readdirSync(this.directory))
      if (name.startsWith('taken.') && name.endsWith(`.${workflowId}.${act}`)) rmSync(join(this.directory, name));
    const hidden = join(this.directory, `new.${workflowId}.${act}`);
    writeFileSync(hidden, fault);
    renameSync(hidden, join(this.directory, `${workflowId}.${act}`));
  }

  /** Waits until it has happened; resolves to the worker's pid. */
  async struck(workflowId: string, act: string): Promise<number> {
    const taken = new RegExp(`^taken\\.(\\d+)\\.${workflowId}\\.${act}$`);
    return waitFor(() => Number(this.find(taken)?.[1] ?? 0), {
      what: `the worker's fault after ${act}`,
      timeoutMs: 20_000,
      everyMs: 5,
    });
  }

  private find(pattern: RegExp): RegExpExecArray | undefined {
    return (
      readdirSync(this.directory)
        .map(name => pattern.exec(name))
        .find(match => match !== null) ?? undefined
    );
  }
}
