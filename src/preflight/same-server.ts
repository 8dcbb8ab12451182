import { isSameAddress } from '../contract/address.js';
import { addressOf } from '../server/endpoint.js';
import { type Check, place, resultsOf } from './check.js';

const { pass, refusal } = resultsOf('same-server');

/** Two names can lead to one server. Its run id can't be two. */
export const sameServer: Check = async ({ plan, source, target, sourceInfo, targetInfo, clusters }) => {
  const runId = sourceInfo.get('run_id');
  if (runId && runId === targetInfo.get('run_id')) {
    return [
      refusal(
        'both',
        `${addressOf(source.endpoint)} and ${addressOf(target.endpoint)} are one and the same server (run_id ${runId.slice(0, 8)}).`,
        "Send 'abort', and start again with another server as target.url.",
      ),
    ];
  }
  const [one, other] = [clusters.source, clusters.target].map(cluster =>
    cluster && 'id' in cluster ? cluster.id : '',
  );
  if (one && one === other) {
    return [
      refusal(
        'both',
        `${addressOf(source.endpoint)} and ${addressOf(target.endpoint)} are nodes of one and the same cluster.`,
        "Send 'abort', and start again with another cluster as target.url.",
      ),
    ];
  }
  const shared = [plan.source, plan.source.addressForPeer].find(one => isSameAddress(one, plan.target.addressForPeer));
  if (!shared) return [pass('both', `${place(source)} and ${place(target)} are two servers.`)];
  return [
    refusal(
      'target',
      `target.addressForPeer ${addressOf(shared)} is the address of the source: the way back would lead the source to itself.`,
      'Give in target.addressForPeer the address at which the source reaches the target.',
    ),
  ];
};
