/** Where a server is and how to log in: an address with its secrets resolved. Lives inside one activity, never in history. */
export interface Endpoint {
  /** What messages call it. */
  side: 'source' | 'target';
  host: string;
  port: number;
  /** More nodes of the same cluster, by which it is found while this one doesn't answer. */
  others?: readonly { host: string; port: number }[];
  username?: string;
  password?: string;
  tls?: TlsMaterial;
}

/** PEM texts, not paths. Verification of the server's certificate is always on. */
export interface TlsMaterial {
  ca?: string;
  cert?: string;
  key?: string;
  /** The name that the certificate must carry, when it isn't the host's. */
  serverName?: string;
}

/** `host:port`, with brackets around an IPv6 host. */
export const addressOf = ({ host, port }: { host: string; port: number }): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
