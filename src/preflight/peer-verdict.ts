import type { CheckResult } from '../contract/checks.js';
import type { Server } from '../server/connect.js';
import { resultsOf, type Side } from './check.js';
import type { Answer } from './peer-probe.js';

const { pass, warning, failure } = resultsOf('peer-connectivity');

/** One direction that is tried. */
export interface Way {
  from: Side;
  to: Side;
  /** The one that is asked. */
  server: Server;
  /** Where it looks for the other. */
  address: string;
  timeoutMs: number;
}

export const notProbed = ({ from, to, address }: Way, why: string): CheckResult =>
  warning(
    from,
    `Whether the ${from} reaches the ${to} at ${address} was not probed: ${why}.`,
    `Make sure of it from the ${from}'s host: redis-cli -h HOST -p PORT PING with ${address}.`,
  );

export function judgeAnswer(way: Way, answer: Answer): CheckResult {
  const row = answers[answer];
  const { from, to, address } = way;
  if (row.means === 'unknown') return notProbed(way, row.text(way));
  if (row.means === 'reached') return pass(from, `The ${from} reaches the ${to} at ${address}${row.text(way)}.`);
  const remedy = `Check ${to}.addressForPeer, firewall, bind and protected-mode of the ${to}; then send 'retry'.`;
  return failure(from, `${row.text(way)}.`, remedy);
}

type Row = { means: 'reached' | 'not-reached' | 'unknown'; text: (way: Way) => string };

const answers: Record<Answer, Row> = {
  'right-server': { means: 'reached', text: () => ', and is let in' },
  'logged-in': { means: 'reached', text: () => ', and is let in (its user may not RESTORE)' },
  'refuses-writes': { means: 'reached', text: () => ', and is let in (it takes no writes now)' },
  copied: {
    means: 'not-reached',
    text: ({ from, to, address }) =>
      `Another server than the ${to} answers the ${from} at ${address}. It got a probe key, which expires within seconds`,
  },
  stranger: {
    means: 'not-reached',
    text: ({ from, to, address }) =>
      `Another server than the ${to} answers the ${from} at ${address}: it takes no writes, while the ${to} does`,
  },
  'login-refused': {
    means: 'not-reached',
    text: ({ from, to, address }) =>
      `The ${from} reaches ${address}, which refuses the ${to}'s user or password: another server?`,
  },
  unreachable: {
    means: 'not-reached',
    text: ({ from, to, address, timeoutMs }) =>
      `The ${from} gets no answer from the ${to} at ${address} within ${timeoutMs} ms`,
  },
  'not-allowed': { means: 'unknown', text: ({ from }) => `the user may not run MIGRATE on the ${from}` },
  unclear: { means: 'unknown', text: () => 'the answer to MIGRATE was an unknown one' },
};
