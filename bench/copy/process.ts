import { readFileSync } from 'node:fs';
import { type Contender, contenders } from './contenders.js';

/** One copy in a process of its own: CONTENDER SOURCE-PORT TARGET-PORT PARTITIONS BRAKE. Prints what it took, as JSON. */
const [name, source, target, ...options] = process.argv.slice(2);
const idleMb = process.memoryUsage.rss() / 1e6;
const [startedAt, before] = [performance.now(), process.cpuUsage()];
await contenders[name as Contender](
  { source: Number(source), target: Number(target) },
  ...(options.map(Number) as [number, number]),
);
const { user, system } = process.cpuUsage(before);
const took = { ms: Math.round(performance.now() - startedAt), cpuMs: Math.round((user + system) / 1000) };
process.stdout.write(JSON.stringify({ ...took, aboveIdleMb: Math.round(peakMb() - idleMb) }));

/** https://man7.org/linux/man-pages/man5/proc_pid_status.5.html */
function peakMb(): number {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return (Number(kilobytes) * 1024) / 1e6;
}
