import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** PEM texts. */
export interface Certificates {
  ca: string;
  cert: string;
  key: string;
}

/**
 * An authority of its own, and a certificate for 127.0.0.1 and localhost that serves for both ends. Written by hand
 * (X.509 in DER, RFC 5280), since Node can't make certificates and a fresh machine may have no openssl.
 */
export function makeCertificates({ names = ['localhost'] }: { names?: string[] } = {}): Certificates {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = { name: 'laboratory authority', key: authority.privateKey };
  const ca = certificate({ subject: issuer.name, key: authority.publicKey, issuer, extension: isAuthority });
  const cert = certificate({
    subject: names[0] ?? 'localhost',
    key: server.publicKey,
    issuer,
    extension: goesBy(names),
  });
  return { ca, cert, key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

interface Request {
  subject: string;
  key: KeyObject;
  issuer: { name: string; key: KeyObject };
  extension: Buffer;
}

function certificate({ subject, key, issuer, extension }: Request): string {
  const day = 86_400_000;
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))), // version 3
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ecdsaWithSha256,
    commonName(issuer.name),
    sequence(utcTime(Date.now() - day), utcTime(Date.now() + 365 * day)),
    commonName(subject),
    key.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(extension)),
  );
  const signature = der(0x03, Buffer.from([0]), sign('sha256', toBeSigned, issuer.key));
  const text = sequence(toBeSigned, ecdsaWithSha256, signature).toString('base64').replace(/.{64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${text.trimEnd()}\n-----END CERTIFICATE-----\n`;
}

function der(tag: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const length = body.length < 128 ? [body.length] : [0x82, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, ...parts);
}

const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'));
const commonName = (name: string): Buffer => sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(name)))));
const utcTime = (ms: number): Buffer =>
  der(0x17, Buffer.from(`${new Date(ms).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));
const extension = (id: string, value: Buffer): Buffer => sequence(oid(id), der(0x04, value));
const isAuthority = extension('551d13', sequence(der(0x01, Buffer.from([255]))));
const goesBy = (names: string[]): Buffer =>
  extension(
    '551d11',
    sequence(...names.map(name => der(0x82, Buffer.from(name))), der(0x87, Buffer.from([127, 0, 0, 1]))),
  );
