// Runs the fenced `sh` blocks of the README, in their order, in a fresh clone with a fresh HOME, as a reader would.
// A command that ends in `&` stays until the last block has run.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { root } from './prepare.mjs';

const home = mkdtempSync(join(tmpdir(), 'floe-readme-'));
// PostgreSQL runs as a user of its own when this runs as root: the folders above its data must let it pass.
chmodSync(home, 0o755);
const clone = join(home, 'floe');
run('git', ['clone', '--quiet', root, clone], root);

const blocks = [
  ...readFileSync(join(clone, 'README.md'), 'utf8').matchAll(/^```sh\n([\s\S]*?)^```$/gm),
]
  .map(([, block]) => block)
  .join('\n');
const env = { ...process.env, HOME: home, npm_config_cache: process.env.npm_config_cache };
delete env.FLOE_DATA_DIR;
delete env.FLOE_URL;
console.log(blocks);

// The shell's own process group, so that what the blocks left running ends with it.
const shell = spawn('bash', ['-euo', 'pipefail', '-c', blocks], {
  cwd: clone,
  env,
  stdio: ['ignore', 'inherit', 'inherit'],
  detached: true,
});
const code = await new Promise((resolve) => shell.once('exit', resolve));
// The whole group; nothing may be left running of it.
spawnSync('kill', ['-TERM', '--', `-${shell.pid}`]);
await new Promise((resolve) => setTimeout(resolve, 3_000));
rmSync(home, { recursive: true, force: true, maxRetries: 5 });
process.exit(code ?? 1);

function run(command, args, cwd) {
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
