// npm test: sets up what is missing, then runs every test; arguments go to Vitest.
import { spawnSync } from 'node:child_process';

import { env, prepare, root } from './prepare.mjs';

prepare();
const { status } = spawnSync('vitest', ['run', ...process.argv.slice(2)], {
  cwd: root,
  env,
  stdio: 'inherit',
});
process.exit(status ?? 1);
