import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';

const prefix = 'sealed:';

/**
 * Encrypts a server's own secret (its `masterauth`), so that it can be put back later without ever being readable in
 * history. The key is derived from a secret that the worker resolves anyway. AES-256-GCM, base64.
 */
export function seal(value: string, key: string): string {
  const salt = randomBytes(16);
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', scryptSync(key, salt, 32), iv);
  const body = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
  return prefix + Buffer.concat([salt, iv, cipher.getAuthTag(), body]).toString('base64');
}

/** Null when the key is another one, or the text was changed. */
export function unseal(sealed: string, key: string): string | null {
  const bytes = Buffer.from(sealed.slice(prefix.length), 'base64');
  try {
    const decipher = createDecipheriv(
      'aes-256-gcm',
      scryptSync(key, bytes.subarray(0, 16), 32),
      bytes.subarray(16, 28),
    );
    decipher.setAuthTag(bytes.subarray(28, 44));
    return Buffer.concat([decipher.update(bytes.subarray(44)), decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}

export const isSealed = (value: string): boolean => value.startsWith(prefix);
