const wanted = Buffer.from('*3\r\n$8\r\nREPLCONF\r\n$6\r\nGETACK\r\n$1\r\n*\r\n', 'latin1');
const kept = wanted.length - 1;

/** Notices when the source asks for an acknowledgement in its stream. In a value the same bytes do no harm: one more. */
export class GetackWatch {
  #tail = Buffer.alloc(0);

  /** Whether the bytes, after those before them, end such a request. */
  sees(bytes: Buffer): boolean {
    const seam = Buffer.concat([this.#tail, bytes.subarray(0, kept)]);
    const found = seam.includes(wanted) || bytes.includes(wanted);
    const end = bytes.length >= kept ? bytes : seam;
    this.#tail = Buffer.from(end.subarray(Math.max(0, end.length - kept)));
    return found;
  }
}
