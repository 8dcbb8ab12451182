/**
 * A history as readable JSON: what the client decoded, field by field, with numbers and enumerations as numbers and
 * bytes as `{"base64": ...}`. The SDK's own conversion needs all of its packages to share one copy of protobufjs, which
 * npm doesn't promise.
 */
export const toHistoryFile = (history: unknown): string => `${JSON.stringify(plain(history))}\n`;

/** What `Worker.runReplayHistory` takes. */
export const fromHistoryFile = (text: string): unknown => JSON.parse(text, (_key, value) => bytesOf(value) ?? value);

/** What tells of the machine on which a history was recorded, and nothing of the workflow. */
const traces = new Set(['identity', 'stackTrace', 'workerVersion', 'binaryChecksum', 'requestId']);

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  if (isLong(value)) return value.toNumber();
  const fields = Object.entries(value).filter(([key, field]) => field !== null && !traces.has(key));
  return Object.fromEntries(fields.map(([key, field]) => [key, plain(field)]));
}

const isLong = (value: object): value is { toNumber(): number } =>
  'toNumber' in value && typeof value.toNumber === 'function';

function bytesOf(value: unknown): Buffer | undefined {
  if (typeof value !== 'object' || value === null || !('base64' in value)) return undefined;
  return Buffer.from(String(value.base64), 'base64');
}
