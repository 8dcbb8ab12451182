/** A failure whose message is meant for the person at the terminal: what happened and what to do. */
export class SetupError extends Error {}

/**
 * Says on standard error what set-up finds and does, one line a thing. Standard output stays free for data.
 * `quiet` leaves out what was already there, so that a run with nothing to do prints nothing.
 */
export function createReport({ quiet = false, stream = process.stderr } = {}) {
  const line = text => stream.write(`${text}\n`);
  return {
    found: (thing, detail) => quiet || line(`  ${thing.padEnd(13)} ${detail}`),
    doing: text => line(`  ${text}`),
    progress: text => startProgress(text, stream),
  };
}

/** Shows the elapsed time of something long: rewrites one line on a terminal, else adds one every ten seconds. */
function startProgress(text, stream) {
  const began = Date.now();
  let latest = '';
  const say = () => {
    const message = `  ${text}, ${Math.round((Date.now() - began) / 1000)} s so far${latest && ` (${latest})`}`;
    stream.write(stream.isTTY ? `\r\x1b[K${message.slice(0, (stream.columns ?? 80) - 1)}` : `${message}\n`);
  };
  const timer = setInterval(say, stream.isTTY ? 1000 : 10_000);
  return {
    note: line => {
      latest = line;
    },
    end: () => {
      clearInterval(timer);
      if (stream.isTTY) stream.write('\r\x1b[K');
    },
  };
}
