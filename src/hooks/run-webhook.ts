import { createHmac } from 'node:crypto';
import { withDeadline } from './deadline.js';
import type { HookResult, WebhookHook } from './hook.js';
import { codeOf, endedEarly, type HookRun, hookFailed, tidy } from './run.js';
import { Tail } from './tail.js';

/** Posts the context as JSON, once: no redirect is followed. Any status of 200 to 299 is success. */
export const runWebhook = async (hook: WebhookHook, run: HookRun): Promise<HookResult> => {
  const body = JSON.stringify(run.context);
  const headers = headersOf(hook, run, body);
  return withDeadline(run.signal, hook.timeoutMs, async signal => {
    const { status, bytes } = await post(hook, { body, headers, signal });
    const output = tidy(bytes, run);
    if (status >= 200 && status < 300) return { output };
    throw hookFailed(hook, `was answered with status ${status}`, output);
  });
};

const post = async (hook: WebhookHook, request: { body: string; headers: Headers; signal: AbortSignal }) => {
  try {
    const response = await fetch(hook.url, { ...request, method: 'POST', redirect: 'manual' });
    return { status: response.status, bytes: await readBounded(response) };
  } catch (error) {
    if (request.signal.aborted) throw endedEarly(hook, request.signal);
    throw hookFailed(hook, `can't be reached (${codeOf(error)})`);
  }
};

/** The signature is over the very bytes of the body, which holds the idempotency key. */
const headersOf = (hook: WebhookHook, { context, env, redactor }: HookRun, body: string): Headers => {
  const headers = new Headers(hook.headers);
  headers.set('Content-Type', 'application/json');
  headers.set('Idempotency-Key', context.idempotencyKey);
  if (hook.secretEnv === null) return headers;
  const key = env[hook.secretEnv];
  if (!key) throw hookFailed(hook, `has no key to sign with: ${hook.secretEnv} is not set in the worker's environment`);
  redactor.add(key);
  headers.set('X-Migration-Signature', `sha256=${createHmac('sha256', key).update(body).digest('hex')}`);
  return headers;
};

/** An answer may be endless; what is read of it is not. */
const readBounded = async (response: Response): Promise<Buffer> => {
  const tail = new Tail();
  let read = 0;
  for await (const chunk of response.body ?? []) {
    tail.push(chunk);
    read += chunk.byteLength;
    if (read >= Tail.mostBytes) break;
  }
  return tail.bytes;
};
