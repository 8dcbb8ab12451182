import { type ErrorType, MigrationError } from '../contract/errors.js';
import { addressOf, type Endpoint } from '../server/endpoint.js';
import { ProtocolError, RespError } from './reply.js';

const tlsCodes = /^(ERR_TLS|ERR_SSL|EPROTO|CERT_|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_MISMATCH|ERR_OSSL|CRL_)/;
const loginCodes = new Set(['WRONGPASS', 'NOAUTH']);
const firstWord = /^[A-Z]{2,20}(?= |$)/;

/** How messages call a server: `source 10.0.0.1:6379`. */
export const nameOf = (endpoint: Endpoint): string => `${endpoint.side} ${addressOf(endpoint)}`;

/** A connection that broke, or never was. */
export function unreachable(endpoint: Endpoint, cause: unknown): MigrationError {
  if (cause instanceof MigrationError) return cause;
  const type = tlsCodes.test(codeOf(cause)) ? 'TlsFailed' : 'Unreachable';
  return new MigrationError(type, `${nameOf(endpoint)}: ${messageOf(cause)}`, { cause });
}

/** The first bytes of a server: when they are not RESP, it is no Redis. */
export function greetingFailed(endpoint: Endpoint, cause: unknown): unknown {
  const reason = cause instanceof MigrationError ? cause.cause : cause;
  if (!(reason instanceof ProtocolError)) return cause;
  return new MigrationError('NotRedis', `${nameOf(endpoint)}: no Redis answers there, ${reason.reason}`, {
    cause: reason,
  });
}

/**
 * A refused login. Of the server's words only the first is passed on: a server without AUTH repeats the command's
 * arguments in its error, and those are the secret.
 */
export function loginFailed(endpoint: Endpoint, error: RespError): MigrationError {
  const code = firstWord.exec(error.message)?.[0] ?? 'an error';
  const user = endpoint.username === undefined ? 'the default user' : `user ${JSON.stringify(endpoint.username)}`;
  return new MigrationError('AuthenticationFailed', `${nameOf(endpoint)}: AUTH of ${user} was answered with ${code}`);
}

/** An error reply to a command, as an error that users see. `command` is its name only: arguments may be data. */
export function refused(endpoint: Endpoint, command: string, answer: RespError): MigrationError {
  const error = withoutArguments(answer);
  if (loginCodes.has(error.code))
    return new MigrationError('AuthenticationFailed', `${nameOf(endpoint)} asks for a login: ${error.code}`);
  const type = errorTypes[error.code] ?? 'CommandRefused';
  return new MigrationError(type, `${nameOf(endpoint)} refused ${command}: ${error.message}`, { cause: error });
}

/** A server that doesn't know a command answers with the words that came with it: keys, values, a password. */
export const withoutArguments = ({ message }: RespError): RespError =>
  new RespError(message.replace(/,? with args beginning with.*$/s, ''));

/** What the codes of error replies mean to users. Unreachable: states that a server leaves by itself. */
const errorTypes: Record<string, ErrorType> = {
  NOPERM: 'PermissionMissing',
  OOM: 'TargetFull',
  MISCONF: 'WritesRefused',
  READONLY: 'WritesRefused',
  NOREPLICAS: 'WritesRefused',
  LOADING: 'Unreachable',
  MASTERDOWN: 'Unreachable',
  NOMASTERLINK: 'Unreachable',
  BUSY: 'Unreachable',
  TRYAGAIN: 'Unreachable',
  CLUSTERDOWN: 'Unreachable',
  MOVED: 'Unreachable',
  ASK: 'Unreachable',
};

const codeOf = (cause: unknown): string => (cause instanceof Error && 'code' in cause ? String(cause.code) : '');

function messageOf(cause: unknown): string {
  if (cause instanceof AggregateError) return cause.errors.map(messageOf).join('; ');
  return cause instanceof Error ? cause.message : String(cause);
}
