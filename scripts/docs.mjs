// Writes docs/events.md and docs/settings.md from proto/ and the settings' schemas; `--check` fails when they differ.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { root } from './prepare.mjs';

const docs = [
  ['events.md', await events()],
  ['settings.md', await settings()],
];
mkdirSync(join(root, 'docs'), { recursive: true });
let differs = false;
for (const [name, text] of docs) {
  const file = join(root, 'docs', name);
  if (!process.argv.includes('--check')) writeFileSync(file, text);
  else if (read(file) !== text) {
    console.error(`docs/${name} is not what its sources say; run npm run docs`);
    differs = true;
  }
}
process.exit(differs ? 1 : 0);

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

async function events() {
  const { default: protobuf } = await import('protobufjs');
  const { goldenFacts } = await import('../libs/contracts/dist/golden-facts.js');
  const facts = goldenFacts.map(({ type, fact }) => ({ ...type, key: keyForm(type, fact) }));
  const messages = protoFiles().flatMap((file) => messagesOf(protobuf, file));
  const byName = new Map(messages.map((message) => [message.name, message]));
  const topics = Map.groupBy(facts, ({ topic }) => topic);
  const lines = [
    '# Facts',
    '',
    'Written by `npm run docs` from `proto/` and `libs/contracts`. Do not edit.',
    '',
    'Each fact is a CloudEvents 1.0 record in binary mode: the attributes stand in the headers `ce_id`, `ce_type`,',
    '`ce_source`, `ce_time`, `ce_subject` and `traceparent`, the value is the protobuf message, and `content-type` is',
    '`application/protobuf`. Delivery is at least once; a fact that is told again has the same `ce_id`. Topics have no order',
    'among each other; records of one key are in order. A record that a service cannot take stands, untouched, on',
    '`<topic>.<service>.dead` with the reason in its headers.',
    '',
    'A fact of more than 200 KB stands in the store: on its topic its fields of more than 8 KB, such as the signature, are',
    'unset, `whole` says where it is, and the header `floe-in-store` is there. `GET /api/v1/builds/{build_id}` tells the rest.',
    '',
    '| topic | key | facts |',
    '| --- | --- | --- |',
    ...[...topics].map(
      ([topic, list]) =>
        `| \`${topic}\` | ${list[0].key} | ${list.map(({ name }) => `[${short(name)}](#${short(name).toLowerCase()})`).join(', ')} |`,
    ),
    '',
    ...reading(),
  ];
  for (const { name } of facts) lines.push(...section(byName.get(name)));
  lines.push('# Parts of facts', '');
  const told = new Set(facts.map(({ name }) => name));
  for (const message of messages) if (!told.has(message.name)) lines.push(...section(message));
  return `${lines.join('\n').trimEnd()}\n`;
}

function program(name, language) {
  const text = readFileSync(join(root, 'examples', 'consumers', name), 'utf8').trimEnd();
  return ['', `\`\`\`${language}`, text, '```'];
}

/** How to read the facts from outside; the programs are those that the tests run. */
function reading() {
  return [
    '## Reading them',
    '',
    'With `FLOE_BUS_URL=kafka://…` the topics are open to any client of Kafka. `kcat` shows key and headers:',
    '',
    "    kcat -b localhost:9092 -C -t floe.outcomes.v1 -f '%k %h\\n'",
    '',
    'The messages decode with the `.proto` files of `proto/`. The consumers of [examples/consumers](../examples/consumers) in',
    'TypeScript:',
    ...program('builds-ended.ts', 'ts'),
    '',
    'and in Python:',
    ...program('builds_ended.py', 'python'),
    '',
  ];
}

function keyForm(type, fact) {
  return type.keyOf(fact) === fact.buildId ? 'build id' : '`team/model`';
}

function protoFiles() {
  const folder = join(root, 'proto', 'floe');
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.proto'))
    .sort((one, other) => (one < other ? -1 : 1))
    .map((name) => join(folder, name));
}

function messagesOf(protobuf, file) {
  const { root: parsed, package: name } = protobuf.parse(readFileSync(file, 'utf8'), {
    keepCase: true,
    alternateCommentMode: true,
    preferTrailingComment: false,
  });
  return parsed.lookup(name).nestedArray.map((type) => ({
    name: `${name}.${type.name}`,
    comment: type.comment,
    fields: type.fieldsArray,
  }));
}

function section({ name, comment, fields }) {
  return [
    `## ${short(name)}`,
    '',
    `\`${name}\`. ${comment ?? ''}`.trim(),
    '',
    '| field | number | type | meaning |',
    '| --- | --- | --- | --- |',
    ...fields.map(
      (field) =>
        `| \`${field.name}\` | ${field.id} | ${typeOf(field)} | ${(field.comment ?? '').replaceAll('\n', ' ').replaceAll('|', '\\|')} |`,
    ),
    '',
  ];
}

function typeOf({ type, keyType, repeated, options }) {
  const name = keyType ? `map of ${keyType} to ${type}` : short(type);
  if (repeated) return `list of ${name}`;
  return options?.proto3_optional ? `${name}, optional` : name;
}

function short(name) {
  return name.slice(name.lastIndexOf('.') + 1);
}

async function settings() {
  const services = ['platform', 'upload', 'inference', 'builder', 'catalogue', 'registry'];
  const lines = [
    '# Settings',
    '',
    'Written by `npm run docs` from the schemas of the services. Do not edit. Settings come from the environment; all faulty',
    'ones are named at once when a service starts.',
    '',
  ];
  for (const service of services) {
    const { schema } = await import(`../services/${service}/dist/settings.js`);
    lines.push(`## ${service}`, '', '| setting | default | meaning |', '| --- | --- | --- |');
    for (const [key, field] of Object.entries(schema.shape)) lines.push(settingLine(key, field));
    lines.push('');
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

function settingLine(key, field) {
  const { success, data } = field.safeParse(undefined);
  const value = success ? (data === undefined ? '–' : `\`${data}\``) : 'required';
  return `| \`${key}\` | ${value} | ${field.meta()?.description ?? ''} |`;
}
