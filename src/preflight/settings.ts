import { commandLevel } from '../server/info.js';
import { type Check, resultsOf } from './check.js';
import { olderName, readSettings } from './read-settings.js';

const { pass, warning } = resultsOf('settings');

/** Settings by which an application would notice that it talks to another server. Memory and roles have checks of their own. */
const compared = [
  'notify-keyspace-events',
  'maxmemory-policy',
  'maxclients',
  'timeout',
  'tcp-keepalive',
  'proto-max-bulk-len',
  'client-query-buffer-limit',
  'lua-time-limit',
  'slowlog-log-slower-than',
  'latency-tracking',
  'appendfsync',
  'lazyfree-lazy-user-del',
  'hash-max-listpack-entries',
  'hash-max-listpack-value',
  'list-max-listpack-size',
  'set-max-intset-entries',
  'set-max-listpack-entries',
  'zset-max-listpack-entries',
  'zset-max-listpack-value',
  'stream-node-max-bytes',
  'stream-node-max-entries',
];

/** Settings are not replicated. */
export const settings: Check = async ({ source, target, targetInfo }) => {
  const [from, to] = await Promise.all([readSettings(source, ...compared), readSettings(target, ...compared)]);
  const known = compared.filter(name => from.has(name) && to.has(name));
  const differing = known
    .map(name => ({ name, here: quoted(from.get(name)), there: quoted(to.get(name)) }))
    .filter(({ here, there }) => here !== there);
  if (differing.length === 0) {
    return [pass('both', `${known.length} settings that change behaviour are alike on both sides.`)];
  }
  const nameThere = commandLevel(targetInfo) < 70_000 ? olderName : (name: string) => name;
  const shown = differing.map(({ name, here, there }) => `${name} ${here} on the source, ${there} on the target`);
  const cures = differing.map(({ name, here }) => `CONFIG SET ${nameThere(name)} ${here}`);
  return [
    warning(
      'target',
      `Settings that differ: ${shown.join('; ')}.`,
      `Where the application needs them, on the target: ${cures.join('; ')}; then CONFIG REWRITE.`,
    ),
  ];
};

/** None of them holds more than a word. */
const quoted = (value = ''): string => (/^[\w.-]{1,40}$/.test(value) ? value : JSON.stringify(value.slice(0, 40)));
