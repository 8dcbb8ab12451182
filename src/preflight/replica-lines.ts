import type { Info } from '../server/info.js';

export interface ReplicaLine {
  address: string;
  online: boolean;
  /** Seconds since it acknowledged last. */
  lag: number;
}

/** `slave0:ip=10.0.0.2,port=6379,state=online,offset=1234,lag=0` */
export function readReplicas(info: Info): ReplicaLine[] {
  const lines = [...info].filter(([field]) => /^slave\d+$/.test(field)).map(([, line]) => line);
  return lines.map(line => {
    const fields = new Map(line.split(',').map(part => part.split('=') as [string, string]));
    return {
      address: `${fields.get('ip')}:${fields.get('port')}`,
      online: fields.get('state') === 'online',
      lag: Number(fields.get('lag') ?? 0),
    };
  });
}
