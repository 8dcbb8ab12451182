import { ApplicationFailure, defineSignal, defineUpdate, setHandler } from '@temporalio/workflow';
import { type MessageName, messageDescriptions } from '../src/contract/messages.js';
import { type MessageContents, readMessage } from '../src/contract/read-message.js';

/** What a message does: why it can't be obeyed now (null: it can), and the recording of it. Nothing waits here. */
export interface Handler<N extends MessageName> {
  refusal(message: MessageContents[N]): string | null;
  /** @returns what the sender of an update is told */
  record(message: MessageContents[N]): string;
  /** Hears of a signal that can't be obeyed, and is dropped. */
  dropped(why: string): void;
}

/** Takes a message as a signal and as an update. */
export function hear<N extends MessageName>(name: N, handler: Handler<N>): void {
  const description = messageDescriptions[name];
  const refusal = (argument: unknown): string | null => {
    const { message, problems } = readMessage(name, argument);
    return message === null ? problems.join('\n') : handler.refusal(message);
  };
  const accept = (argument: unknown): string => {
    const { message } = readMessage(name, argument);
    if (message === null) throw ApplicationFailure.nonRetryable(`${name} can't be read.`, 'Refused');
    return handler.record(message);
  };
  setHandler(
    defineSignal<[unknown?]>(name),
    argument => {
      const why = refusal(argument);
      if (why === null) accept(argument);
      else handler.dropped(why);
    },
    { description },
  );
  const validator = (argument?: unknown) => {
    const why = refusal(argument);
    if (why !== null) throw ApplicationFailure.nonRetryable(why, 'Refused');
  };
  setHandler(defineUpdate<string, [unknown?]>(name), accept, { description, validator });
}
