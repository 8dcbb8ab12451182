import { type Check, resultsOf } from './check.js';
import { readSettings } from './read-settings.js';

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
export const settings: Check = async ({ source, target }) => {
  const [from, to] = await Promise.all([source, target].map(server => readSettings(server, ...compared)));
  const known = compared.filter(name => from?.has(name) && to?.has(name));
  const differing = known.filter(name => from?.get(name) !== to?.get(name));
  if (differing.length === 0)
    return [pass('both', `${known.length} settings that change behaviour are alike on both sides.`)];
  const shown = differing.map(
    name => `${name} ${quoted(from?.get(name))} on the source, ${quoted(to?.get(name))} on the target`,
  );
  return [
    warning(
      'target',
      `Settings that differ: ${shown.join('; ')}.`,
      `Where the application needs them, on the target: ${differing.map(name => `CONFIG SET ${name} ${quoted(from?.get(name))}`).join('; ')}; then CONFIG REWRITE.`,
    ),
  ];
};

/** None of them holds more than a word. */
const quoted = (value = ''): string => (/^[\w.-]{1,40}$/.test(value) ? value : JSON.stringify(value.slice(0, 40)));
