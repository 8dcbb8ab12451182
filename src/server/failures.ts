import { type ErrorType, errorTable, MigrationError } from '../contract/errors.js';
import { addressOf, type Endpoint } from './endpoint.js';

/** Rows of what servers, TLS and sockets say, and what it means to the user. The first match counts. */
const connectionRows: [RegExp, ErrorType, string][] = [
  [
    /WRONGPASS|invalid password|invalid username-password|without any password configured/i,
    'AuthenticationFailed',
    'refused the user or password',
  ],
  [/NOAUTH/i, 'AuthenticationFailed', 'wants a password, and none is given'],
  [/NOPERM/i, 'PermissionMissing', 'lets the user in but forbids a needed command'],
  [
    /certificate|altnames|self.signed|unable to (get|verify)|ERR_TLS|SSL|EPROTO|wrong version number/i,
    'TlsFailed',
    'failed in TLS',
  ],
  [/DENIED|protected mode/i, 'AuthenticationFailed', 'is in protected mode and refuses connections from here'],
  [/Protocol error|Unknown RESP type|HTTP/i, 'NotRedis', 'answered, but not as a Redis server'],
  [/ENOTFOUND|EAI_AGAIN/, 'Unreachable', 'has no address: the name does not resolve'],
  [/ECONNREFUSED/, 'Unreachable', 'refused the connection: nothing listens there'],
  [/ETIMEDOUT|timed out|timeout/i, 'Unreachable', 'did not answer in time'],
  [/max number of clients/i, 'Unreachable', 'has no free connection: maxclients is reached'],
];

const closed = [null, 'Unreachable', 'closed the connection'] as const;
const otherReply = [null, 'PermissionMissing', 'refused a command while connecting'] as const;

/** A server that expects no TLS waits for the end of what it takes for a command. */
const tlsRemedy = (side: string): string =>
  `A port without TLS does not answer rediss:// at all. If it is one: retry {"patch":{"${side}":{"url":"redis://..."}}}. ${errorTable.Unreachable.remedy}`;

export function connectionError(endpoint: Endpoint, ...causes: unknown[]): MigrationError {
  if (causes[0] instanceof MigrationError) return causes[0];
  const said = causes.map(text).join(' | ');
  const replied = causes.some(cause => cause instanceof Error && cause.name === 'ReplyError');
  const fallback = replied ? otherReply : closed;
  const [, type, what] = connectionRows.find(([pattern]) => pattern.test(said)) ?? fallback;
  return new MigrationError(
    type,
    `The ${endpoint.side} ${addressOf(endpoint)} ${what} (${clean(endpoint, text(causes[0]))}).`,
    endpoint.tls && /timed ?out|timeout/i.test(said) ? { remedy: tlsRemedy(endpoint.side) } : {},
  );
}

/** The server has no such command: renamed, taken away by a managed service, or of a later version. */
export const isUnknownCommand = (reply: unknown): boolean =>
  reply instanceof Error && /unknown (sub)?command/i.test(reply.message);

/** Turns an error of a command into one that names the server; ordinary error replies keep their own text. */
export function replyError(endpoint: Endpoint, command: string, error: unknown): Error {
  if (error instanceof MigrationError) return error;
  const said = clean(endpoint, text(error));
  const where = `the ${endpoint.side} ${addressOf(endpoint)}`;
  if (/^NOPERM/.test(said))
    return new MigrationError('PermissionMissing', `The user on ${where} may not run ${command}: ${said}`);
  if (/^(NOAUTH|WRONGPASS)/.test(said))
    return new MigrationError('AuthenticationFailed', `On ${where}, ${command}: ${said}`);
  if (/Connection is closed|ECONN|EPIPE|timed out|Stream isn't writeable|max retries/i.test(said)) {
    return new MigrationError('Unreachable', `${command} on ${where} got no answer (${said}).`);
  }
  return new ReplyError(`${command} on ${where}: ${said}`, said.split(' ', 1)[0] ?? 'ERR');
}

/** An error reply of a server, with its code (`READONLY`, `ERR`, ...). */
export class ReplyError extends Error {
  override readonly name = 'ReplyError';
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message);
  }
}

const text = (error: unknown): string => (error instanceof Error ? error.message || error.name : String(error));

function clean({ password }: Endpoint, said: string): string {
  // The client library takes every surprise for a bug of its own.
  const plain = said.replace(/ *Please report this\.?/g, '').replace(/\.$/, '');
  return (password ? plain.replaceAll(password, '***') : plain).slice(0, 300);
}
