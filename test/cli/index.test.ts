import { describe, expect, it } from 'vitest';
import { defaultUndoWorkflowId } from '../../src/cli/workflow-id.js';
import * as library from '../../src/index.js';

describe('the workflow id', () => {
  it.each([
    ['redis://a', 'redis://b:7000', 'redis-migration-a-6379-to-b-7000'],
    ['rediss://CACHE.example.com:6380', 'redis://10.0.0.1', 'redis-migration-cache.example.com-6380-to-10.0.0.1-6379'],
    ['redis://[::1]:1', 'redis://[2001:db8::2]:2', 'redis-migration--1-1-to-2001-db8-2-2'],
    ['redis://user:secret@a', 'nonsense', 'redis-migration-unknown-to-unknown'],
  ])('of %s to %s is %s', (source, target, expected) => {
    expect(library.defaultWorkflowId({ source: { url: source }, target: { url: target } })).toBe(expected);
  });

  it('of the undoing is another', () => {
    const servers = { source: { url: 'redis://a' }, target: { url: 'redis://b' } };
    expect(defaultUndoWorkflowId(servers)).toBe('redis-migration-undo-a-6379-to-b-6379');
  });
});
