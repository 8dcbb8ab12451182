import { describe, expect, it } from 'vitest';
import { type MessagePort, Refusal, sendMessage, type UpdateAnswer } from '../../../src/cli/client/send.js';

/** A migration that answers as told, and keeps what reached it. */
const port = (worker: boolean, answer: UpdateAnswer | Refusal = { state: 'no-answer' }) => {
  const got: string[] = [];
  const stub: MessagePort = {
    hasWorker: async () => worker,
    update: async (name, argument, limitMs) => {
      got.push(`update ${name} ${JSON.stringify(argument)} within ${limitMs}`);
      if (answer instanceof Refusal) throw answer;
      return answer;
    },
    signal: async (name, argument) => void got.push(`signal ${name} ${JSON.stringify(argument)}`),
  };
  return { stub, got };
};

describe('a message', () => {
  it('is an update, whose answer is handed on', async () => {
    const { stub, got } = port(true, { state: 'answered', answer: 'noted' });
    expect(await sendMessage(stub, 'cutover', { acceptLossBytes: 1 })).toEqual({
      how: 'update',
      answered: true,
      answer: 'noted',
    });
    expect(got).toEqual(['update cutover {"acceptLossBytes":1} within 5000']);
  });

  it('that was refused is not sent again as a signal', async () => {
    const { stub, got } = port(true, new Refusal('too early'));
    await expect(sendMessage(stub, 'rollback', {})).rejects.toThrow('too early');
    expect(got).toEqual(['update rollback {} within 5000']);
  });

  it('that was accepted without an answer is not sent again as a signal, or it would count twice', async () => {
    const { stub, got } = port(true, { state: 'accepted' });
    expect(await sendMessage(stub, 'retry', {}, { limitMs: 10 })).toEqual({ how: 'update', answered: false });
    expect(got).toEqual(['update retry {} within 10']);
  });

  it('that no worker took in time is a signal', async () => {
    const { stub, got } = port(true, { state: 'no-answer' });
    expect(await sendMessage(stub, 'abort', {})).toEqual({ how: 'signal', why: 'no worker answered' });
    expect(got).toEqual(['update abort {} within 5000', 'signal abort {}']);
  });

  it('is a signal at once where no worker polls', async () => {
    const { stub, got } = port(false);
    expect(await sendMessage(stub, 'pause', {})).toEqual({ how: 'signal', why: 'no worker polls' });
    expect(got).toEqual(['signal pause {}']);
  });

  it('is a signal at once when that is asked for', async () => {
    const { stub, got } = port(true);
    expect(await sendMessage(stub, 'resume', {}, { signal: true })).toEqual({ how: 'signal', why: 'asked for' });
    expect(got).toEqual(['signal resume {}']);
  });
});
