export interface Address {
  host: string;
  port: number;
}
export interface ServerUrl extends Address {
  /** `rediss://` */
  encrypted: boolean;
}
/** Why a text is not taken. Never quotes the text, which may hold a password. */
export interface Refusal {
  refusal: string;
}

export const defaultPort = 6379;
const longest = 300;

/** `redis://host[:port]` or `rediss://host[:port]` and nothing else; IPv6 in brackets. */
export const parseServerUrl = (url: string): ServerUrl | Refusal => {
  const refusal = urlRefusals.find(({ found }) => found(url))?.refusal;
  if (refusal !== undefined) return { refusal };
  const [, scheme = '', rest = ''] = /^(rediss?):\/\/(.*?)\/?$/is.exec(url) ?? [];
  const address = parseAddress(rest, defaultPort);
  return 'refusal' in address ? address : { ...address, encrypted: scheme.toLowerCase() === 'rediss' };
};

const urlRefusals: readonly { found: (url: string) => boolean; refusal: string }[] = [
  { found: url => url.length > longest, refusal: `is longer than ${longest} characters` },
  {
    found: url => url.includes('@'),
    refusal: 'carries credentials; give them as username and password, the password as a reference',
  },
  { found: url => !/^rediss?:\/\//i.test(url), refusal: "doesn't begin with redis:// or rediss://" },
  { found: url => url.includes('?'), refusal: 'carries a query; its settings are fields of their own' },
  { found: url => url.includes('#'), refusal: 'carries a fragment' },
  {
    found: url => /^\w+:\/\/[^/]*\/\d+\/?$/.test(url),
    refusal: 'carries a database number; a migration moves them all',
  },
  { found: url => /^\w+:\/\/[^/]*\/./.test(url), refusal: 'carries a path' },
];

/** `host:port`, with brackets around an IPv6 host. The port may be missing where there is a default. */
export const parseAddress = (text: string, portWhenMissing?: number): Address | Refusal => {
  if (text.length > longest) return { refusal: `is longer than ${longest} characters` };
  if ((text.match(/:/g)?.length ?? 0) > 1 && !text.includes('[')) {
    return { refusal: 'has more than one colon; an IPv6 address stands in brackets: [::1]:6379' };
  }
  const [, bracketed, plain, portText] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(.*))?$/s.exec(text) ?? [];
  const host = bracketed === undefined ? plain : canonicalIpv6(bracketed);
  if (!host || (bracketed === undefined && !isHostName(host)))
    return { refusal: 'has no valid host name or IP address' };
  const port = portText === undefined ? portWhenMissing : parsePort(portText);
  return port === undefined ? { refusal: 'has no port from 1 to 65535' } : { host, port };
};

/** Letters, digits, dots, dashes and underscores: it goes into commands such as REPLICAOF, and into configuration files. */
export const isHostName = (host: string): boolean => /^[A-Za-z0-9_][A-Za-z0-9._-]{0,252}$/.test(host);

const parsePort = (text: string): number | undefined => {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
};

const canonicalIpv6 = (host: string): string | undefined => {
  if (!/^[0-9A-Fa-f:.]{2,45}$/.test(host) || !host.includes(':')) return undefined;
  try {
    return new URL(`http://[${host}]`).hostname.slice(1, -1);
  } catch {
    return undefined;
  }
};

/** Names are compared without case; whether two names mean one server is seen when connected. */
export const isSameAddress = (a: Address, b: Address): boolean =>
  a.port === b.port && a.host.toLowerCase() === b.host.toLowerCase();
