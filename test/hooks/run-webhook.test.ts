import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { idempotencyKeyOf, runHook } from '../../src/hooks/run-hook.js';
import { createRedactor } from '../../src/server/redact.js';
import { context, errorOf, options, webhook } from './runs.js';

interface Received {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

let received: Received[] = [];
let answer: (response: ServerResponse) => void;
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { method = '', url = '', headers } = request;
  received.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
  answer(response);
});
const urlOf = (path: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;

beforeAll(() => new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve)));
beforeEach(() => {
  received = [];
  answer = response => response.end('ok');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const key = 'migrate-old-new:switch:3';

describe('what a webhook is sent', () => {
  test('the context as JSON, with the idempotency key', async () => {
    const hook = webhook(urlOf('/notify?x=1'), { headers: { Authorization: 'Bearer hunter2' } });
    expect(await runHook(hook, context, options())).toEqual({ output: 'ok' });
    expect(received).toHaveLength(1);
    expect(received[0]).toMatchObject({ method: 'POST', url: '/notify?x=1' });
    expect(received[0]?.headers).toMatchObject({
      authorization: 'Bearer hunter2',
      'content-type': 'application/json',
      'idempotency-key': key,
    });
    expect(received[0]?.headers).not.toHaveProperty('x-migration-signature');
    expect(JSON.parse(received[0]?.body ?? '')).toEqual({ ...context, idempotencyKey: key });
  });

  test('a signature over the very bytes of the body, when there is a key', async () => {
    const redactor = createRedactor();
    answer = response => response.end('the key is hunter2');
    const hook = webhook(urlOf('/'), { secretEnv: 'SIGNING_KEY' });
    const { output } = await runHook(hook, context, options({ redactor, env: { SIGNING_KEY: 'hunter2' } }));
    const [{ headers, body } = { headers: {}, body: '' }] = received;
    const digest = createHmac('sha256', 'hunter2').update(body).digest('hex');
    expect(headers).toHaveProperty('x-migration-signature', `sha256=${digest}`);
    expect(output).toBe('the key is ***');
  });

  test.each([{}, { SIGNING_KEY: '' }])('nothing, when its key is not set: %j', async env => {
    const hook = webhook(urlOf('/'), { secretEnv: 'SIGNING_KEY' });
    expect(await errorOf(runHook(hook, context, options({ env })))).toMatchObject({
      type: 'HookFailed',
      message: "The hook notify has no key to sign with: SIGNING_KEY is not set in the worker's environment",
    });
    expect(received).toEqual([]);
  });

  test('the same key when it is tried again, in printable characters', async () => {
    expect(idempotencyKeyOf(context)).toBe(key);
    expect(idempotencyKeyOf({ ...context, workflowId: 'é \n\ud800' })).toBe('%C3%A9%20%0A%EF%BF%BD:switch:3');
    await runHook(webhook(urlOf('/')), { ...context, workflowId: 'é \r\nX: y' }, options());
    expect(received[0]?.headers).toHaveProperty('idempotency-key', '%C3%A9%20%0D%0AX:%20y:switch:3');
  });
});

describe('the answer', () => {
  test.each([200, 201, 299])('%d is success', async status => {
    answer = response => response.writeHead(status).end('fine');
    expect(await runHook(webhook(urlOf('/')), context, options())).toEqual({ output: 'fine' });
  });

  test.each([300, 304, 400, 404, 500, 503])('%d is a failure, shown without secrets', async status => {
    answer = response => response.writeHead(status).end('no: Bearer hunter2\u001b');
    const hook = webhook(urlOf('/'), { headers: { Authorization: 'Bearer hunter2' } });
    const said = status === 304 ? '' : ': no: ***?';
    expect(await errorOf(runHook(hook, context, options()))).toMatchObject({
      name: 'MigrationError',
      type: 'HookFailed',
      message: `The hook notify was answered with status ${status}${said}`,
    });
  });

  test.each([301, 302, 307, 308])('%d is not followed', async status => {
    answer = response => response.writeHead(status, { location: urlOf('/elsewhere') }).end();
    expect(await errorOf(runHook(webhook(urlOf('/')), context, options()))).toMatchObject({
      message: `The hook notify was answered with status ${status}`,
    });
    expect(received.map(({ url }) => url)).toEqual(['/']);
  });

  test('may be endless, and is cut', async () => {
    answer = response => {
      const more = () => {
        while (response.write('a'.repeat(1_024)));
      };
      response.on('drain', more);
      more();
    };
    const { output } = await runHook(webhook(urlOf('/')), context, options());
    expect(output).toBe('a'.repeat(4_096));
  });

  test.each<[string, (response: ServerResponse) => void]>([
    ['before its status', () => {}],
    ['within its body', response => void response.writeHead(200).write('a')],
  ])('may not come in time, %s', async (_, silence) => {
    answer = silence;
    expect(await errorOf(runHook(webhook(urlOf('/'), { timeoutMs: 200 }), context, options()))).toMatchObject({
      type: 'HookFailed',
      message: 'The hook notify took longer than 200 ms and was ended',
    });
  });

  test('may be cut off', async () => {
    answer = response => response.socket?.destroy();
    expect(await errorOf(runHook(webhook(urlOf('/')), context, options()))).toMatchObject({
      type: 'HookFailed',
      message: expect.stringMatching(/^The hook notify can't be reached \(\w+\)$/),
    });
  });
});

test('a server that is not there is not named with its path, which may hold a token', async () => {
  const gone = createServer().listen(0, '127.0.0.1');
  await vi.waitFor(() => expect(gone.listening).toBe(true));
  const { port } = gone.address() as AddressInfo;
  await new Promise(resolve => gone.close(resolve));
  expect(await errorOf(runHook(webhook(`http://127.0.0.1:${port}/hunter2`), context, options()))).toMatchObject({
    type: 'HookFailed',
    message: "The hook notify can't be reached (ECONNREFUSED)",
  });
});

describe('an abort', () => {
  test('ends the request, and its reason is thrown', async () => {
    const controller = new AbortController();
    const reason = new Error('cancelled');
    answer = () => controller.abort(reason);
    expect(await errorOf(runHook(webhook(urlOf('/')), context, options({ signal: controller.signal })))).toBe(reason);
  });

  test('beforehand sends nothing', async () => {
    const reason = new Error('cancelled');
    const signal = AbortSignal.abort(reason);
    expect(await errorOf(runHook(webhook(urlOf('/')), context, options({ signal })))).toBe(reason);
    expect(received).toEqual([]);
  });
});
