import { keyAt, streamsRead } from '../key-specs.js';
import { addEntry, setId, trim } from '../rewrite/stream.js';
import { group } from '../rewrite/stream-group.js';
import { neverSent } from '../rewrite/whatever.js';
import { type Rows, rowOf } from '../row.js';

const stream = rowOf('stream');
const key = stream(keyAt(1));

export const streams: Rows = {
  XADD: stream(keyAt(1), { rewrite: addEntry }),
  XTRIM: stream(keyAt(1), { rewrite: trim }),
  XDEL: key,
  XDELEX: key,
  XACK: key,
  XACKDEL: key,
  XCLAIM: key,
  XAUTOCLAIM: key,
  XSETID: stream(keyAt(1), { rewrite: setId }),
  XGROUP: stream(keyAt(2), { rewrite: group }),
  XREADGROUP: stream(streamsRead, { rewrite: neverSent }),
};
