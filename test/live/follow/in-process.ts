import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { Control } from '../../../src/contract/messages.js';
import { writerName } from '../../../src/copy/writers.js';
import { follow } from '../../../src/live/follow/follow.js';
import type { FollowProgress, FollowRequest } from '../../../src/live/follow/request.js';
import { Selection } from '../../../src/selection/selection.js';
import { anybody, endpoint, type Place } from '../../copy/support.js';
import { labDirectory, type RedisServer, waitFor } from '../../lab/index.js';
import { workflowId } from '../apply/following.js';
import { apart, leave } from './settled.js';

/** Follows in this very process until it is stopped. */
export class InProcess {
  progress: FollowProgress | undefined;
  control: Control;
  readonly #controller = new AbortController();
  /** It has ended by itself, or was stopped. */
  ended = false;
  readonly #ended: Promise<unknown>;

  constructor(
    source: Place,
    target: Place,
    { control = {}, ...changes }: Partial<FollowRequest> & { control?: Partial<Control> } = {},
  ) {
    this.control = { paused: false, maxKeysPerSecond: null, maxBytesPerSecond: null, ...control };
    const request: FollowRequest = {
      workflowId,
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
    const hooks = {
      signal,
      writer: { ...anybody, name: writerName(request.workflowId) },
      control: () => this.control,
      onProgress,
    };
    this.#ended = follow(request, hooks)
      .catch(error => error)
      .finally(() => {
        this.ended = true;
      });
  }

  /** Until the target has a value, which was written to the source last. */
  async until(target: RedisServer, key: string, value: string, timeoutMs = 10_000): Promise<void> {
    const look = async () => {
      const found = await target.cli('GET', key);
      return found === value ? found : { found, progress: this.progress };
    };
    await waitFor(look, { what: `${key} on the target`, until: found => found === value, timeoutMs });
  }

  /** Until the target has all of the source: then it is stopped, and nothing of it is left. @throws as `stop` */
  async finish(source: RedisServer, target: RedisServer): Promise<void> {
    const look = async () => (this.ended ? null : apart(source, target, workflowId));
    await waitFor(look, { what: 'the target to have it all', until: found => found === null, timeoutMs: 60_000 });
    await this.stop();
    await leave(target, workflowId);
  }

  /** @throws what ended it before */
  async stop(): Promise<void> {
    const reason = new Error('stopped by the test');
    this.#controller.abort(reason);
    const error = await this.#ended;
    if (error !== reason) throw error;
  }
}
