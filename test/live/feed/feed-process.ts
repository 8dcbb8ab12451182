import { type FeedBackRequest, feedBack } from '../../../src/live/feed/feed-back.js';

/** A worker that feeds, to be killed: gets the request by its first message, and sends the reports. */
process.once('message', (request: FeedBackRequest) => {
  const { signal } = new AbortController();
  void feedBack(request, { signal, onReport: report => process.send?.(report) });
});
process.once('disconnect', () => process.exit());
