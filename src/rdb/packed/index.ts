export { listpack } from './listpack.js';
export { ziplist } from './ziplist.js';
export { zipmap } from './zipmap.js';

/** Goes over what one string holds many entries of. */
export type Packed = (bytes: Buffer, position: number) => Iterable<Buffer>;
