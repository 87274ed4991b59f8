// Sets up what a fresh clone lacks and says what it does. Plain JavaScript for the machine's own Node (18 or newer).
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = join(root, 'node_modules', '.bin');

/** The environment in which the workspace's tools, Node 24 among them, come first. */
export const env = { ...process.env, PATH: `${bin}:${process.env.PATH ?? ''}` };

/** Runs a command in the workspace; ends the process with its exit code when it fails. */
export function run(command, args) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    env,
    stdio: ['ignore', 2, 2],
  });
  if (status === 0) return;
  console.error(`${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}`);
  process.exit(status ?? 1);
}

export function prepare() {
  const stamp = join(root, 'node_modules', '.floe-installed');
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lockHash()) {
    console.error('floe: installing packages (npm install)');
    run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error']);
    writeFileSync(stamp, lockHash());
  }
  if (newest(join(root, 'proto'), '.proto') > newest(join(root, 'proto', 'gen'), '.js')) {
    console.error('floe: generating code from proto/');
    run('nx', ['run', '@floe/proto:codegen', '--output-style=static']);
  }
  console.error('floe: building (tsc --build)');
  run('tsc', ['--build']);
}

/** npm may complete the lock file while it installs. */
function lockHash() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

/** When the newest file of this kind was changed, in ms; 0 without one. */
function newest(folder, extension) {
  if (!existsSync(folder)) return 0;
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith(extension))
    .reduce((latest, name) => Math.max(latest, statSync(join(folder, name)).mtimeMs), 0);
}
