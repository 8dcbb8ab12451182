import type { MessageName } from '../../contract/messages.js';

/** How a message reaches a migration; in tests, a stand-in. */
export interface MessagePort {
  /** Whether any worker polls for the migration. One that died lately still counts. */
  hasWorker(): Promise<boolean>;
  /** Never takes much longer than the limit. Throws `Refusal` when the migration says no. */
  update(name: MessageName, argument: object, limitMs: number): Promise<UpdateAnswer>;
  signal(name: MessageName, argument: object): Promise<void>;
}

/** `accepted`: recorded in the migration's history, though its answer didn't come in time. */
export type UpdateAnswer = { state: 'answered'; answer: unknown } | { state: 'accepted' } | { state: 'no-answer' };

export type Sent =
  | { how: 'update'; answered: true; answer: unknown }
  | { how: 'update'; answered: false }
  | { how: 'signal'; why: 'asked for' | 'no worker polls' | 'no worker answered' };

export interface SendOptions {
  /** Send a signal right away, not knowing whether it is obeyed. @default false */
  signal?: boolean;
  /** How long a worker may take to answer before a signal is sent instead. @default 5000 */
  limitMs?: number;
}

/** The migration said no, with the reason. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/**
 * Sends an update, whose answer says whether it was obeyed or refused; a signal where no worker answers, since an
 * update would wait for one. Never a signal after an accepted update: the message would count twice.
 */
export const sendMessage = async (
  port: MessagePort,
  name: MessageName,
  argument: object,
  { signal = false, limitMs = 5_000 }: SendOptions = {},
): Promise<Sent> => {
  const signalInstead = async (why: Extract<Sent, { how: 'signal' }>['why']): Promise<Sent> => {
    await port.signal(name, argument);
    return { how: 'signal', why };
  };
  if (signal) return signalInstead('asked for');
  if (!(await port.hasWorker())) return signalInstead('no worker polls');
  const given = await port.update(name, argument, limitMs);
  if (given.state === 'no-answer') return signalInstead('no worker answered');
  return given.state === 'answered'
    ? { how: 'update', answered: true, answer: given.answer }
    : { how: 'update', answered: false };
};
