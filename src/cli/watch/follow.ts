import { commandLine, withConnectionWords } from '../cli.js';
import type { Temporal } from '../client/connect.js';
import type { ConnectionFlags } from '../client/settings.js';
import { takeSnapshot } from '../client/snapshot.js';
import { type CliContext, hasColor, isLive, say } from '../context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { Interrupts } from './interrupts.js';
import { jsonView, lineView } from './line-view.js';
import { liveView } from './live-view.js';
import { type WatchEnd, type WatchOptions, type WatchView, watch } from './loop.js';
import { exitCodeOf, outcomeLines } from './outcome.js';

// A worker that replays a long history takes longer for its first answer, but goes on with it meanwhile.
const lookLimitMs = 3_000;

export interface FollowOptions extends Pick<WatchOptions, 'until' | 'mayStop' | 'lost'> {
  json?: boolean | undefined;
  interrupts: Interrupts;
  /** Typed for this command: the commands shown get them too. */
  flags: ConnectionFlags;
}

/** Watches a migration in the view that suits the output. */
export const follow = (
  context: CliContext,
  { client }: Temporal,
  workflowId: string,
  { json, flags, ...options }: FollowOptions,
): Promise<WatchEnd> => {
  const look = async () => withConnectionWords(await takeSnapshot(client, workflowId, lookLimitMs), flags);
  return watch({ ...options, look, view: viewFor(context, json) });
};

/** For commands that have nothing of their own to stop: a Ctrl-C ends only the watching. */
export const followAlone = async (
  context: CliContext,
  temporal: Temporal,
  workflowId: string,
  options: Omit<FollowOptions, 'interrupts'>,
): Promise<ExitCode> => {
  const interrupts = new Interrupts(context);
  try {
    const end = await follow(context, temporal, workflowId, { ...options, interrupts });
    if (end.kind === 'interrupted') {
      say(context.stderr, `The migration goes on. Watch it: ${commandLine(options.flags, 'watch', workflowId)}`);
    }
    return tellEnd(context, end);
  } finally {
    interrupts.close();
  }
};

export const tellEnd = ({ stderr }: CliContext, end: WatchEnd): ExitCode => {
  switch (end.kind) {
    case 'ended':
      say(stderr, ...outcomeLines(end.snapshot));
      return exitCodeOf(end.snapshot);
    case 'lost':
      say(stderr, end.why);
      return exitCodes.unreachable;
    case 'waits':
      return exitCodes.waitsForOperator;
    case 'interrupted':
      return exitCodes.interrupted;
    case 'reached':
      return exitCodes.ok;
  }
};

const viewFor = (context: CliContext, json: boolean | undefined): WatchView => {
  if (json) return jsonView(context);
  return isLive(context) ? liveView(context.stdout, { color: hasColor(context) }) : lineView(context);
};
