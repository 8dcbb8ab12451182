import { open } from 'node:fs/promises';
import type { CopyHooks, PartitionReport } from '../../src/copy/index.js';
import { applySnapshot } from '../../src/rdb/apply/apply-snapshot.js';
import type { ApplyRequest } from '../../src/rdb/apply/request.js';
import { receiveSnapshot } from '../../src/rdb/receive/receive-snapshot.js';
import { anybody, endpoint, everything, throughJson, unlimited } from '../copy/support.js';
import { type ReadKey, readAll } from './read-all.js';
import { asTold } from './told-value.js';

type Address = { host: string; port: number };

/** Applies a file to its end, slice by slice, or until there is a finding. */
export async function applyFile(
  file: string,
  target: Address,
  options: Partial<ApplyRequest> & Partial<CopyHooks> = {},
): Promise<PartitionReport> {
  const { onProgress = () => {}, signal = new AbortController().signal, ...wanted } = options;
  const handle = await open(file);
  try {
    let resume = wanted.resume ?? null;
    for (;;) {
      const report = await applySnapshot(
        handle,
        endpoint('target', target),
        { ...request, ...wanted, resume },
        { onProgress, signal, writer: anybody },
      );
      if (report.progress.done || report.finding || signal.aborted) return report;
      resume = throughJson(report.progress);
    }
  } finally {
    await handle.close();
  }
}

const request: ApplyRequest = {
  mode: 'copy',
  onConflict: 'replace',
  selection: everything,
  functions: true,
  rate: unlimited,
  resume: null,
  sliceMs: 60_000,
};

/** All of a server, by a snapshot of its own: values and expiries whatever their encoding is there. */
export async function snapshotOf(
  server: Address,
): Promise<{ bytes: Buffer; keys: ReadKey[]; told: Map<string, object> }> {
  const parts: Buffer[] = [];
  const sink = {
    write: (part: Buffer) => {
      parts.push(Buffer.from(part));
      return undefined;
    },
  };
  await receiveSnapshot(endpoint('source', server), sink);
  const bytes = Buffer.concat(parts);
  const { keys } = readAll(bytes);
  return { bytes, keys, told: new Map(keys.map(key => [`${key.db}/${key.key.toString('base64')}`, asTold(key)])) };
}
