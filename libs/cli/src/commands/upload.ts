import { LocalModel, upload } from '@floe/client';
import { Command } from 'commander';

import type { Context } from '../context.ts';
import { BuildNotReleased } from '../errors.ts';
import { acceptedLines, releasedLines, sentText } from '../render/released-lines.ts';
import { type JsonFlag, printOne } from '../render/result.ts';
import { Stages } from '../render/stages.ts';
import { gitMetadata } from '../spec/git-metadata.ts';
import { readSource } from '../spec/source.ts';
import { specOf, type SpecFlags } from '../spec/spec-of.ts';
import { dryRun } from './upload-dry-run.ts';
import { keepUnchanged } from './upload-if-changed.ts';
import { interruptedLine } from './upload-interrupted.ts';

interface Flags extends JsonFlag, SpecFlags {
  readonly model?: string;
  readonly ifChanged?: true;
  readonly dryRun?: true;
  readonly wait: boolean;
}

/** `floe upload`: files become the next version of a model. */
export function uploadCommand(context: Context): Command {
  return new Command('upload')
    .description('make the next version of a model from a folder or a file')
    .argument('[path]', 'folder or file', '.')
    .option('-m, --model <model>', 'name or team/name; without it serving.yaml, else the path says')
    .option('--runtime <image>', 'image that the model runs in')
    .option('--install <command>', 'command that installs what the model needs')
    .option('--contract <file>', 'declared signature: YAML, JSON, .prototxt or .protobin')
    .option('--meta <key=value>', 'metadata of the version', collected, [])
    .option('--alias <alias>', 'alias to move to the version', collected, [])
    .option('--if-changed', 'make a version only if the latest is of other files or another build')
    .option('--dry-run', 'show files, layers and the bytes to send; change nothing')
    .option('--no-wait', 'return when the upload is accepted')
    .option('--json', 'print the build as one JSON document')
    .option('--allow-unknown-signature', 'release even if no signature can be found')
    .option('--signature-override <reason>', 'why the declared signature holds against the files')
    .action(async (path: string, flags: Flags) => await run(context, path, flags));
}

async function run(context: Context, path: string, flags: Flags): Promise<void> {
  const { terminal, signal } = context;
  const wanted = { model: flags.model, team: await context.team() };
  const source = await readSource(path, wanted, signal);
  source.notes.forEach(terminal.err);
  const local = new LocalModel(source.items, context.digests);
  const git = await gitMetadata(source.folder, signal);
  const spec = await specOf(source.spec, flags, git);
  const client = await context.client();
  if (flags.dryRun) return await dryRun(context, client, local, source.model, flags);
  if (flags.ifChanged && (await keepUnchanged(context, client, local, source.model, spec, flags))) {
    return;
  }

  const begun = performance.now();
  const stages = new Stages(terminal, () => performance.now());
  let accepted: string | undefined;
  let sentMs = 0;
  const uploaded = await upload(client, local, source.model, spec, {
    signal,
    wait: flags.wait,
    onProgress: (progress) => {
      if (progress.stage === 'building') accepted = progress.build.id;
      if (progress.stage === 'asking') sentMs = performance.now() - begun;
      stages.show(progress);
    },
  })
    .catch((error: unknown) => {
      stages.end();
      if (signal.aborted) terminal.err(interruptedLine(accepted, context.words));
      throw error;
    })
    .finally(() => stages.end());
  const { build, ...upload_ } = uploaded;
  const sent = sentText(uploaded, sentMs);
  const isReleased = build.state === 'released';
  if (flags.json || isReleased || !flags.wait) {
    printOne(terminal, flags, { ...build, upload: upload_ }, () =>
      isReleased ? releasedLines(build, sent) : acceptedLines(build, sent),
    );
  }
  if (flags.wait && !isReleased) throw new BuildNotReleased(build);
}

function collected(value: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, value];
}
