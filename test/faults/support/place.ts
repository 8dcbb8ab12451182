import { Client, Connection } from '@temporalio/client';
import { builtFile } from '../../lab/built.js';
import { Closers } from '../../lab/closers.js';
import { startTemporal, startWorker, type TemporalServer, type WorkerProcess, waitFor } from '../../lab/index.js';
import { Faults } from './faults.js';

/** What rounds share: Temporal, and workers to which things happen. */
export class Place {
  readonly faults = new Faults();
  readonly workers: WorkerProcess[] = [];
  readonly #closers = new Closers();
  #started = 0;
  #coming: Promise<unknown> = Promise.resolve();
  #temporal: TemporalServer | undefined;
  #client: Client | undefined;

  static async open(workers = 3): Promise<Place> {
    const place = new Place();
    try {
      await place.#start(workers);
      return place;
    } catch (error) {
      await place.close();
      throw error;
    }
  }

  get temporal(): TemporalServer {
    if (!this.#temporal) throw new Error('the place is not open');
    return this.#temporal;
  }

  get client(): Client {
    if (!this.#client) throw new Error('the place is not open');
    return this.#client;
  }

  /** As many workers as at first, soon; at once enough of them to go on. */
  async replaceDead(): Promise<void> {
    const dead = this.workers.filter(worker => !worker.running());
    for (const worker of dead) this.workers.splice(this.workers.indexOf(worker), 1);
    this.#coming = Promise.all([this.#coming, ...dead.map(() => this.addWorker())]);
    this.#coming.catch(() => undefined); // awaited below, or by the next round
    if (this.workers.length < 2) await this.#coming;
  }

  async addWorker(): Promise<WorkerProcess> {
    const name = `worker ${++this.#started}`;
    const env = { FAULTS: this.faults.directory };
    const options = { name, env, address: this.temporal.address, entry: builtFile('test/lab/crashing-worker.js') };
    const worker = await this.#closers.keep(startWorker(options), it => it.kill());
    this.workers.push(worker);
    return worker;
  }

  workerOf(pid: number): WorkerProcess {
    const worker = this.workers.find(each => each.pid === pid);
    if (!worker) throw new Error(`no worker has the pid ${pid}`);
    return worker;
  }

  /** The worker that has an activity of this migration in hand: the watch of its link, at least. */
  async workerBusyWith(workflowId: string): Promise<WorkerProcess> {
    const pids = async () => {
      const { raw } = await this.client.workflow.getHandle(workflowId).describe();
      return (raw.pendingActivities ?? []).map(({ lastWorkerIdentity }) =>
        Number.parseInt(lastWorkerIdentity ?? '', 10),
      );
    };
    const find = async () => {
      const busy = await pids();
      return this.workers.find(worker => busy.includes(worker.pid) && worker.running());
    };
    return (await waitFor(find, { what: `a worker to be busy with ${workflowId}` })) as WorkerProcess;
  }

  async close(): Promise<void> {
    await this.#coming.catch(() => undefined);
    return this.#closers.close();
  }

  async #start(workers: number): Promise<void> {
    this.#temporal = await this.#closers.keep(startTemporal(), it => it.discard());
    const { address, namespace } = this.#temporal;
    const connection = await this.#closers.keep(Connection.connect({ address }), it => it.close());
    this.#client = new Client({ connection, namespace });
    await Promise.all(Array.from({ length: workers }, () => this.addWorker()));
  }
}
