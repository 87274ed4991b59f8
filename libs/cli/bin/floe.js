#!/usr/bin/env node
// Plain JavaScript for Node 18 and newer: finds the Node that Floe needs and runs the command line on it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(import.meta.url);
const needed = [24, 11];

if (isNewEnough(process.versions.node)) await run();
else again();

async function run() {
  const entry = new URL('../dist/entry.js', import.meta.url);
  if (existsSync(entry)) return await import(entry.href);
  stop(
    'Floe is not built yet.',
    '`npm start` builds and starts it; `npm run build` only builds it.',
  );
}

function again() {
  const node = nodeOfTheRepository();
  if (node === undefined) {
    stop(
      `Floe needs Node ${needed.join('.')} or newer; this is ${process.versions.node}.`,
      '`npm install` in its repository brings one along.',
    );
    return;
  }
  const child = spawn(node, [here, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => child.kill(signal));
  }
  child.on('error', (error) =>
    stop(`${node} does not start: ${error.message}`, '`npm install` renews it.'),
  );
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal ?? 'SIGTERM'] ?? 15);
  });
}

function nodeOfTheRepository() {
  for (let folder = dirname(here); ; folder = dirname(folder)) {
    const node = join(folder, 'node_modules', 'node', 'bin', 'node');
    if (existsSync(node)) return node;
    if (folder === dirname(folder)) return undefined;
  }
}

function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > needed[0] || (major === needed[0] && minor >= needed[1]);
}

function stop(sentence, hint) {
  process.stderr.write(`${sentence}\n${hint}\n`);
  process.exitCode = 2;
}
