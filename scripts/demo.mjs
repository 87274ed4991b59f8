// npm run demo: uploads the examples to the platform of FLOE_URL, or to one that it starts and stops itself, shows the
// facts as they happen, and ends with a table of what was released.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { env, prepare, root } from './prepare.mjs';

prepare();
const url = process.env.FLOE_URL ?? 'http://localhost:8080';
const floe = [join(root, 'libs/cli/bin/floe.js')];
const started = (await isReady()) ? undefined : await startPlatform();
const events = spawn('node', [...floe, 'events', '-f'], {
  env: { ...env, FLOE_URL: url },
  stdio: ['ignore', 'inherit', 'inherit'],
});
try {
  for (const example of readdirSync(join(root, 'examples')).sort()) {
    if (example === 'consumers') continue;
    await run(['upload', join(root, 'examples', example)]);
  }
  events.kill('SIGINT');
  await printTable();
} finally {
  events.kill('SIGINT');
  if (started) {
    started.kill('SIGTERM');
    await new Promise((resolve) => started.once('exit', resolve));
  }
}

/** What is released now: one line for each example. */
async function printTable() {
  const { items } = await (await fetch(`${url}/api/v1/models?team=default`)).json();
  const { signatureText } = await import('../libs/cli/dist/render/signature-text.js');
  const rows = [['VERSION', 'SIGNATURE', 'IMAGE']];
  for (const { team, name, latest } of items) {
    if (!latest) continue;
    const path = `/api/v1/models/${team}/${name}/versions/${latest.version}`;
    const { version, signature, image } = await (await fetch(`${url}${path}`)).json();
    rows.push([
      `${team}/${name} ${version}`,
      signature ? signatureText(signature) : 'not known',
      image.reference,
    ]);
  }
  const width = (column) => Math.max(...rows.map((row) => row[column].length)) + 2;
  console.log();
  for (const [version, text, image] of rows) {
    console.log(`${version.padEnd(width(0))}${text.padEnd(width(1))}${image}`);
  }
}

async function isReady() {
  try {
    return (await fetch(`${url}/readyz`)).ok;
  } catch {
    return false;
  }
}

async function startPlatform() {
  console.error(`floe: starting the platform at ${url}`);
  const { port } = new URL(url);
  const platform = spawn('node', [join(root, 'services/platform/dist/main.js')], {
    cwd: root,
    env: { ...env, FLOE_PORT: port || '80' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  platform.once('exit', (code) => {
    if (code) process.exitCode = code;
  });
  const late = Date.now() + 60_000;
  while (!(await isReady())) {
    if (platform.exitCode !== null || Date.now() > late) {
      console.error('floe: the platform did not start; run npm start to see why');
      process.exit(1);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return platform;
}

async function run(args) {
  const child = spawn('node', [...floe, ...args], {
    cwd: root,
    env: { ...env, FLOE_URL: url },
    stdio: 'inherit',
  });
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (code !== 0) process.exitCode = code ?? 1;
}
