import { type Build, type BuildSpec, upload, type Uploaded } from '@floe/client';
import { Command } from 'commander';

import type { Context } from '../context.ts';
import { BuildNotReleased } from '../errors.ts';
import { modelText } from '../names/model-name.ts';
import { releasedLines, sentText } from '../render/released-lines.ts';
import { Stages } from '../render/stages.ts';
import { gitMetadata } from '../spec/git-metadata.ts';
import { keyValues } from '../spec/key-values.ts';
import { readSource, type Source } from '../spec/source.ts';

interface Flags {
  readonly model?: string;
  readonly runtime?: string;
  readonly install?: string;
  readonly meta: readonly string[];
  readonly alias: readonly string[];
  readonly wait: boolean;
  readonly json?: true;
  readonly allowUnknownSignature?: true;
  readonly signatureOverride?: string;
}

/** `floe upload`: files become the next version of a model. */
export function uploadCommand(context: Context): Command {
  return new Command('upload')
    .description('make the next version of a model from a folder or a file')
    .argument('[path]', 'folder or file', '.')
    .option('-m, --model <model>', 'name or team/name; without it serving.yaml, else the path says')
    .option('--runtime <image>', 'image that the model runs in')
    .option('--install <command>', 'command that installs what the model needs')
    .option('--meta <key=value>', 'metadata of the version', collected, [])
    .option('--alias <alias>', 'alias to move to the version', collected, [])
    .option('--no-wait', 'return when the upload is accepted')
    .option('--json', 'print the build as one JSON document')
    .option('--allow-unknown-signature', 'release even if no signature can be found')
    .option('--signature-override <reason>', 'why the declared signature holds against the files')
    .action(async (path: string, flags: Flags) => await run(context, path, flags));
}

async function run(context: Context, path: string, flags: Flags): Promise<void> {
  const { terminal, signal } = context;
  const source = await readSource(path, flags.model, await context.team(), signal);
  if (source.leftOut.length > 0) terminal.err(`left out: ${source.leftOut.join(' ')}`);
  const git = await gitMetadata(source.folder, path, signal);
  const begun = performance.now();
  const stages = new Stages(terminal, () => performance.now());
  const uploaded = await upload(
    await context.client(),
    source.items,
    source.model,
    specOf(source, flags, git),
    { signal, wait: flags.wait, cache: context.digests, onProgress: stages.show },
  ).finally(() => stages.end());
  const ms = performance.now() - begun;
  if (flags.json) terminal.out(JSON.stringify(jsonOf(uploaded)));
  else if (uploaded.build.state === 'released') {
    for (const line of releasedLines(uploaded.build, sentText(uploaded, ms))) terminal.out(line);
  } else if (!flags.wait) acceptedLines(uploaded.build).forEach(terminal.out);
  if (flags.wait && uploaded.build.state !== 'released') throw new BuildNotReleased(uploaded.build);
}

function specOf(source: Source, flags: Flags, git: Readonly<Record<string, string>>): BuildSpec {
  const metadata = { ...git, ...source.spec.metadata, ...keyValues(flags.meta) };
  const aliases = [...(source.spec.aliases ?? []), ...flags.alias];
  return {
    ...source.spec,
    ...(flags.runtime !== undefined && { runtime: flags.runtime }),
    ...(flags.install !== undefined && { installCommand: flags.install }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
    ...(aliases.length > 0 && { aliases }),
    ...(flags.allowUnknownSignature && { allowUnknownSignature: true }),
    ...(flags.signatureOverride !== undefined && { signatureOverride: flags.signatureOverride }),
  };
}

function jsonOf({ build, ...sums }: Uploaded): unknown {
  return { ...build, upload: sums };
}

function acceptedLines(build: Build): readonly string[] {
  return [`${modelText({ team: build.team, name: build.model })} accepted as build ${build.id}`];
}

function collected(value: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, value];
}
