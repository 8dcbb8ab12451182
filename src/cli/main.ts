#!/usr/bin/env node
import type { CliContext } from './context.js';
import { runCli } from './program.js';

const interrupts = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const context: CliContext = {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  env: process.env,
  onInterrupt: listener => {
    for (const name of interrupts) process.on(name, listener);
    return () => {
      for (const name of interrupts) process.off(name, listener);
    };
  },
};

// Whoever read our output may have had enough of it, as `head` does.
process.stdout.on('error', () => process.exit(0));

const exitCode = await runCli(process.argv.slice(2), context);
// The worker is a program of its own, whose exit code is left alone.
if (exitCode !== 0) process.exitCode = exitCode;
