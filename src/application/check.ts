import { isClusterNode } from '../cluster/index.js';
import { formatBytes } from '../contract/units.js';
import { parseReplication } from '../replication/state.js';
import type { Server } from '../server/connect.js';
import { addressOf } from '../server/endpoint.js';
import { infoNumber, readInfo } from '../server/info.js';
import { type ClientGroup, clientsText, countClients, leftBehind, readClients } from './clients.js';
import { probeWrites } from './write-probe.js';

export interface ApplicationCheck {
  outcome: 'pass' | 'warning' | 'failure';
  findings: string[];
  /** Clients of the application on the new master. */
  moved: number;
  /** Clients of the application on the old source, in all; `leftBehind` shows the biggest groups of them. */
  left: number;
  leftBehind: ClientGroup[];
}

interface Finding {
  outcome: 'pass' | 'warning' | 'failure';
  text: string;
}

const mostGroups = 20;

/** After the promotion: whether applications can work on the new master, and who still hangs on the old source. */
export async function checkApplication(
  newMaster: Server,
  oldSource: Server | null,
  { mayServe = false }: { /** Nobody has fenced the old source, by choice. */ mayServe?: boolean } = {},
): Promise<ApplicationCheck> {
  const service = [...(await masterFindings(newMaster)), ...(await memoryFindings(newMaster))];
  const old = oldSource ? await oldSourceFindings(oldSource, mayServe) : [notLookedAt];
  const moved = await seenClients(newMaster);
  const left = oldSource ? await seenClients(oldSource) : { groups: [], findings: [] };
  const findings = [...service, ...old, ...moved.findings, ...left.findings, ...moveFindings(moved, left)];
  return {
    outcome: worst(findings),
    findings: findings.map(({ text }) => text),
    moved: countClients(moved.groups),
    left: countClients(left.groups),
    leftBehind: left.groups.slice(0, mostGroups),
  };
}

async function masterFindings(server: Server): Promise<Finding[]> {
  const where = `The new master ${addressOf(server.endpoint)}`;
  const info = await readInfo(server);
  const { role, master } = parseReplication(info);
  if (role === 'replica' && !isClusterNode(info)) {
    return [failure(`${where} is no master: it replicates from ${master ? addressOf(master) : 'another server'}.`)];
  }
  const refusal = await probeWrites(server);
  return [
    ...(isClusterNode(info)
      ? [warning(`${where} is a node of a cluster: of its clients and its latency only this node's are seen.`)]
      : []),
    refusal ? failure(`${where}: ${refusal}`) : pass(`${where} takes writes and reads.`),
  ];
}

/** A full server refuses writes, or drops keys for them: either is a loss. */
async function memoryFindings(server: Server): Promise<Finding[]> {
  const memory = await readInfo(server, 'memory');
  const [used, most] = [infoNumber(memory, 'used_memory'), infoNumber(memory, 'maxmemory')];
  if (most === 0 || used < most * 0.9) return [];
  const policy = memory.get('maxmemory_policy') ?? 'unknown';
  const text = `The new master uses ${formatBytes(used)} of its maxmemory ${formatBytes(most)}`;
  if (policy !== 'noeviction') return [warning(`${text}: it evicts keys (${policy}).`)];
  return [used < most ? warning(`${text}: soon it refuses writes.`) : failure(`${text}: it refuses writes.`)];
}

async function oldSourceFindings(server: Server, mayServe: boolean): Promise<Finding[]> {
  const where = `The old source ${addressOf(server.endpoint)}`;
  const replication = await readInfo(server);
  if (parseReplication(replication).role === 'master' || isClusterNode(replication)) {
    const found = mayServe ? warning : failure;
    return [found(`${where} is a master and takes writes, which the new master doesn't get.`)];
  }
  if (replication.get('slave_read_only') === '0') {
    return [failure(`${where} is a replica with replica-read-only no: it takes writes that go nowhere.`)];
  }
  return [pass(`${where} refuses writes.`)];
}

/** A missing permission hides the clients; that is no reason to doubt the new master. */
async function seenClients(server: Server): Promise<{ groups: ClientGroup[]; findings: Finding[] }> {
  try {
    return { groups: await readClients(server), findings: [] };
  } catch (error) {
    if (!server.isOpen) throw error;
    const why = error instanceof Error ? error.message : String(error);
    return { groups: [], findings: [warning(`The clients of ${addressOf(server.endpoint)} can't be seen: ${why}`)] };
  }
}

type Seen = Awaited<ReturnType<typeof seenClients>>;

function moveFindings(moved: Seen, left: Seen): Finding[] {
  const [here, there] = [countClients(moved.groups), countClients(left.groups)];
  const seen = moved.findings.length === 0;
  const arrived = seen ? [here > 0 ? pass(`${clientsText(here)} on the new master.`) : noneYet(there)] : [];
  const stayed = leftBehind(left.groups, mostGroups).map(line => warning(`Still on the old source: ${line}.`));
  return [...arrived, ...stayed];
}

const noneYet = (there: number): Finding =>
  warning(
    there > 0
      ? `No client has come to the new master yet; ${clientsText(there)} on the old source.`
      : 'No client is connected to the new master.',
  );

const notLookedAt: Finding = {
  outcome: 'warning',
  text: 'The old source was not looked at: whether it refuses writes, and who is still connected to it, is not known.',
};

const pass = (text: string): Finding => ({ outcome: 'pass', text });
const warning = (text: string): Finding => ({ outcome: 'warning', text });
const failure = (text: string): Finding => ({ outcome: 'failure', text });

const worst = (findings: readonly Finding[]) =>
  (['failure', 'warning'] as const).find(outcome => findings.some(finding => finding.outcome === outcome)) ?? 'pass';
