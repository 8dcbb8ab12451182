export { armBacklog } from './arm-backlog.js';
export { type FeedBackHooks, type FeedBackRequest, type FeedReport, feedBack } from './feed-back.js';
export type { TargetPlace } from './mark.js';
