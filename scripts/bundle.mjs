import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const warnings = [];
const logger = new DefaultLogger('WARN', ({ level, message }) => warnings.push(`${level} ${message}`));

/** webpack's own warnings, which the SDK logs as mere information. */
const keepWarnings = {
  apply: compiler =>
    compiler.hooks.done.tap('keepWarnings', stats => {
      for (const { message } of stats.toJson({ all: false, warnings: true }).warnings) warnings.push(message);
    }),
};

/**
 * Bundles the compiled workflows of the current directory into dist/workflow-bundle.js, which workers load instead of
 * bundling at every start. A warning is a failure: in a workflow it means code that may not be deterministic.
 */
async function bundle() {
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(process.cwd(), 'dist', 'workflows', 'index.js'),
    logger,
    webpackConfigHook: config => ({ ...config, plugins: [...(config.plugins ?? []), keepWarnings] }),
  });
  if (warnings.length > 0) throw new Error('a warning counts as a failure:');
  const file = join('dist', 'workflow-bundle.js');
  await writeFile(`${file}.new`, code);
  await rename(`${file}.new`, file);
}

await bundle().catch(error => {
  console.error([error.message, ...warnings].join('\n'));
  process.exit(1);
});
