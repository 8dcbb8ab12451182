import { expect, test } from 'vitest';
import { refused } from '../../src/resp/failure.js';
import { RespError } from '../../src/resp/reply.js';
import type { Endpoint } from '../../src/server/endpoint.js';

const endpoint: Endpoint = { side: 'target', host: '10.0.0.1', port: 6379 };

test.each([
  `ERR unknown command 'RESTORE', with args beginning with: 'a-key' '0' 'a-value\nof two lines' `,
  `ERR unknown command \`RESTORE\`, with args beginning with: \`a-key\`, \`0\`, \`a-value\`, `,
])('what a server repeats of an unknown command does not get into the error: %j', words => {
  const error = refused(endpoint, 'RESTORE', new RespError(words));
  expect(error.message).toMatch(/^target 10.0.0.1:6379 refused RESTORE: ERR unknown command .RESTORE.$/);
  expect(String([error.message, error.stack, (error.cause as Error).stack])).not.toMatch(/a-key|a-value/);
});
