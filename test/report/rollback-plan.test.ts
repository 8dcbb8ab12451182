import { describe, expect, test } from 'vitest';
import { type RollbackPlanInput, renderRollbackPlan } from '../../src/report/rollback-plan.js';
import { samplePlan } from './sample.js';

const input = (more: Partial<RollbackPlanInput> = {}): RollbackPlanInput => ({
  name: 'orders',
  plan: samplePlan(),
  settings: [],
  reverseReplication: true,
  targetKeys: 0,
  ...more,
});

test('names what will be changed, from what to what', () => {
  const settings = [{ side: 'source', what: 'repl-backlog-size', from: '1', to: '2' } as const];
  const text = renderRollbackPlan(input({ settings }));
  expect(text).toContain('- source: `repl-backlog-size` from `1` to `2`');
  expect(text).toContain('- source: `repl-backlog-size` back to `1`');
});

test('gives the message for each stage', () => {
  const text = renderRollbackPlan(input({ name: "it's" }));
  expect(text).toContain("temporal workflow signal --workflow-id 'it'\\''s' --name abort");
  expect(text).toContain("temporal workflow signal --workflow-id 'it'\\''s' --name rollback");
  expect(text).toContain("redis-migration undo INPUT.json --migration 'it'\\''s'");
});

test('says so when the way back would lose the writes of the target, or the data that it has now', () => {
  const plan = samplePlan({ target: { url: 'redis://new.example', ifNotEmpty: 'wipe' } });
  const text = renderRollbackPlan(input({ plan, reverseReplication: false, targetKeys: 7 }));
  expect(text).toContain("The target's own 7 keys are replaced");
  expect(text).toContain('The old source does not follow the target');
  expect(renderRollbackPlan(input({ plan }))).not.toMatch(/does not follow|own 0 keys/);
});

describe('the commands by hand', () => {
  test('take passwords from the environment, never as an argument', () => {
    const text = renderRollbackPlan(input());
    expect(text).toContain('export SOURCE_PASSWORD=...  # what env:SOURCE_PASSWORD holds');
    expect(text).toContain(
      'REDISCLI_AUTH="$SOURCE_PASSWORD" redis-cli -h old.example -p 6379 --user migration REPLICAOF NO ONE',
    );
    expect(text).toContain(
      'redis-cli -h new.example -p 6380 --tls --cacert "$TARGET_CA_FILE" CLIENT PAUSE 60000 WRITE',
    );
    expect(text).toContain('printf %s "$SOURCE_PASSWORD" | REDISCLI_AUTH="$TARGET_PASSWORD" redis-cli');
    expect(text).not.toMatch(/ -a |--pass|masterauth ./);
  });

  test('are bare where no login is needed', () => {
    const plan = samplePlan({ source: { url: 'redis://[::1]:7' }, target: { url: 'redis://new.example' } });
    const text = renderRollbackPlan(input({ plan }));
    expect(text).toContain('\nredis-cli -h ::1 -p 7 REPLICAOF NO ONE\n');
    expect(text).not.toMatch(/export|REDISCLI_AUTH|--tls|printf/);
  });

  test('quote what a shell would take for more, and stay in their block', () => {
    const plan = samplePlan();
    plan.source.username = "a b'$(reboot)`\n```\n# x";
    const text = renderRollbackPlan(input({ plan }));
    expect(text).toContain("--user 'a b'\\''$(reboot)`?'''?# x' ".replaceAll("'''", "'\\'''\\'''\\''"));
    expect(text.match(/^```/gm)?.length).toBe(renderRollbackPlan(input()).match(/^```/gm)?.length);
  });
});
