// npm start: the platform in the foreground, everything embedded; settings come from the environment.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

import { env, prepare, root } from './prepare.mjs';

prepare();
const platform = spawn('node', [join(root, 'services/platform/dist/main.js')], {
  cwd: root,
  env,
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => platform.kill(signal));
platform.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
