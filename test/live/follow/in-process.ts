import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { Control } from '../../../src/contract/messages.js';
import { follow } from '../../../src/live/follow/follow.js';
import type { FollowProgress, FollowRequest } from '../../../src/live/follow/request.js';
import { Selection } from '../../../src/selection/selection.js';
import { anybody, endpoint } from '../../copy/support.js';
import { labDirectory, type RedisServer, waitFor } from '../../lab/index.js';

type Place = { host: string; port: number };

/** Follows in this very process until it is stopped. */
export class InProcess {
  progress: FollowProgress | undefined;
  control: Control;
  readonly #controller = new AbortController();
  readonly #ended: Promise<unknown>;

  constructor(
    source: Place,
    target: Place,
    { control = {}, ...changes }: Partial<FollowRequest> & { control?: Partial<Control> } = {},
  ) {
    this.control = { paused: false, maxKeysPerSecond: null, maxBytesPerSecond: null, ...control };
    const request: FollowRequest = {
      workflowId: 'test',
      source: endpoint('source', source),
      target: endpoint('target', target),
      selection: Selection.everything,
      targetWasEmpty: true,
      sourceKeys: 0,
      spoolDir: mkdtempSync(join(labDirectory(), 'follow-')),
      ...changes,
    };
    const { signal } = this.#controller;
    const onProgress = (progress: FollowProgress) => {
      this.progress = progress;
    };
    const hooks = { signal, writer: anybody, control: () => this.control, onProgress };
    this.#ended = follow(request, hooks).catch(error => error);
  }

  /** Until the target has a value, which was written to the source last. */
  async until(target: RedisServer, key: string, value: string): Promise<void> {
    const look = async () => {
      const found = await target.cli('GET', key);
      return found === value ? found : { found, progress: this.progress };
    };
    await waitFor(look, { what: `${key} on the target`, until: found => found === value });
  }

  /** @throws what ended it before */
  async stop(): Promise<void> {
    const reason = new Error('stopped by the test');
    this.#controller.abort(reason);
    const error = await this.#ended;
    if (error !== reason) throw error;
  }
}
