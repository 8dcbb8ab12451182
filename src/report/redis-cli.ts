import type { ServerPlan } from '../contract/plan.js';
import type { Side } from './record.js';

/** One command for a person's shell. The password comes from the environment, so no process list shows it. */
export function redisCli(side: Side, server: ServerPlan, ...command: string[]): string {
  const login = server.password === null ? [] : [`REDISCLI_AUTH=${passwordOf(side)}`];
  const user = server.username === null ? [] : ['--user', quote(server.username)];
  const where = ['-h', quote(server.host), '-p', String(server.port)];
  return [...login, 'redis-cli', ...where, ...user, ...tlsOptions(side, server), ...command].join(' ');
}

/** What a person sets before the commands can be pasted; a line for each. */
export function preparations(side: Side, server: ServerPlan): string[] {
  const password =
    server.password === null ? [] : [`export ${passwordVariable(side)}=...  # what ${comment(server.password)} holds`];
  const files = Object.entries(tlsFiles).flatMap(([field, { variable }]) => {
    const reference = server.tls?.[field as keyof typeof tlsFiles];
    return reference === undefined
      ? []
      : [`export ${prefix(side)}_${variable}=...  # a file with what ${comment(reference)} holds`];
  });
  return [...password, ...files];
}

/** The shell's variable, in quotes. */
export const passwordOf = (side: Side): string => `"$${passwordVariable(side)}"`;

/** Single quotes where a shell could take a word for more than it is. */
export const quote = (word: string): string =>
  /^[\w.:/@%+=-]+$/.test(word) ? word : `'${printable(word).replaceAll("'", "'\\''")}'`;

const tlsFiles = {
  ca: { option: '--cacert', variable: 'CA_FILE' },
  cert: { option: '--cert', variable: 'CERT_FILE' },
  key: { option: '--key', variable: 'KEY_FILE' },
} as const;

function tlsOptions(side: Side, { tls }: ServerPlan): string[] {
  if (tls === null) return [];
  const files = Object.entries(tlsFiles)
    .filter(([field]) => tls[field as keyof typeof tlsFiles] !== undefined)
    .flatMap(([, { option, variable }]) => [option, `"$${prefix(side)}_${variable}"`]);
  return ['--tls', ...files, ...(tls.serverName === undefined ? [] : ['--sni', quote(tls.serverName)])];
}

const prefix = (side: Side): string => side.toUpperCase();

const passwordVariable = (side: Side): string => `${prefix(side)}_PASSWORD`;

const comment = (reference: string): string => printable(reference).slice(0, 200);

/** Nothing may end the line, or the fenced block around it. */
const printable = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '?').replaceAll('```', "'''");
