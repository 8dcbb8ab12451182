import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { ChecksumGuard, headBytes, payloadAt, type RecordGuard, startOf } from './record.js';

export const saltBytes = 16;
const keyBytes = 32;
const tagBytes = 16;
const nonceBytes = 12;
const blockBytes = 16;

/** Changes bytes of a file by their position there: what it does twice it undoes. */
export interface Cover {
  apply(bytes: Buffer, position: number): Buffer;
}

/** What keeps the files of a spool: their records are proven by a checksum, or, with a key, encrypted and proven. */
export class Guards {
  constructor(private readonly key: Buffer | null) {
    if (key && key.length !== keyBytes) throw new Error(`a spool's key has ${keyBytes} bytes, not ${key.length}`);
  }

  /** Bytes behind each stretch of the stream. */
  get trailer(): number {
    return this.key ? tagBytes : new ChecksumGuard().trailer;
  }

  /** Of one file of the stream: under a key of its own, since each file counts its records from where it begins. */
  of(salt: Buffer): RecordGuard {
    return this.key ? new EncryptingGuard(derived(this.key, salt, 'segment')) : new ChecksumGuard();
  }

  /** Of the one snapshot of a run; undefined without a key. */
  coverOf(run: string): Cover | undefined {
    return this.key ? new CounterCover(derived(this.key, Buffer.from(run), 'snapshot')) : undefined;
  }

  /** Tells whether a run was written under this key, without telling the key; null without one. */
  checkOf(run: string): string | null {
    return this.key ? derived(this.key, Buffer.from(run), 'check').toString('hex') : null;
  }
}

/** A key for one purpose. Source: RFC 5869 */
const derived = (key: Buffer, salt: Buffer, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', key, salt, `spool-${purpose}`, keyBytes));

/** AES-256-GCM: the head stays readable, and is proven too. */
class EncryptingGuard implements RecordGuard {
  readonly trailer = tagBytes;

  constructor(private readonly key: Buffer) {}

  seal(bytes: Buffer, from: number, to: number): Buffer {
    const sealed = Buffer.from(bytes.subarray(from, to));
    for (let at = 0; at < sealed.length; ) {
      const end = at + headBytes + payloadAt(sealed, at);
      const cipher = createCipheriv('aes-256-gcm', this.key, nonce(sealed, at));
      cipher.setAAD(sealed.subarray(at, at + headBytes));
      sealed.set(cipher.update(sealed.subarray(at + headBytes, end)), at + headBytes);
      cipher.final();
      sealed.set(cipher.getAuthTag(), end);
      at = end + tagBytes;
    }
    return sealed;
  }

  open(bytes: Buffer, at: number, payload: number): boolean {
    const from = at + headBytes;
    const end = from + payload;
    const decipher = createDecipheriv('aes-256-gcm', this.key, nonce(bytes, at));
    decipher.setAAD(bytes.subarray(at, from)).setAuthTag(bytes.subarray(end, end + tagBytes));
    const plain = decipher.update(bytes.subarray(from, end));
    try {
      decipher.final();
    } catch {
      return false;
    }
    bytes.set(plain, from);
    return true;
  }
}

/** No two records of a file begin at the same offset, and none is written twice. */
function nonce(bytes: Buffer, at: number): Buffer {
  const value = Buffer.alloc(nonceBytes);
  value.writeDoubleLE(startOf(bytes, at));
  return value;
}

/** AES-256-CTR, from any position on. */
class CounterCover implements Cover {
  constructor(private readonly key: Buffer) {}

  apply(bytes: Buffer, position: number): Buffer {
    const counter = Buffer.alloc(blockBytes);
    counter.writeBigUInt64BE(BigInt(Math.floor(position / blockBytes)), blockBytes - 8);
    const cipher = createCipheriv('aes-256-ctr', this.key, counter);
    cipher.update(Buffer.alloc(position % blockBytes));
    return cipher.update(bytes);
  }
}
