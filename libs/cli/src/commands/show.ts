import type { Model, Version } from '@floe/client';
import { Command } from 'commander';

import type { Context } from '../context.ts';
import { modelText, parseVersion } from '../names/model-name.ts';
import { bytesText, countText } from '../render/quantities.ts';
import { signatureText } from '../render/signature-text.ts';
import { factLines } from '../render/table.ts';

/** `floe show`: a model, or one of its versions. */
export function showCommand(context: Context): Command {
  return new Command('show')
    .description('show a model, or one of its versions')
    .argument('<model[:version]>', 'team/name, or team/name:3, :latest, :alias')
    .option('--json', 'print one JSON document')
    .action(async (text: string, flags: { readonly json?: true }) => {
      const { terminal, signal } = context;
      const { version, ...model } = parseVersion(text, await context.team());
      const client = await context.client();
      if (version === undefined) {
        const shown = await client.models.get(model, { signal });
        const lines = flags.json ? [JSON.stringify(shown)] : modelLines(shown);
        lines.forEach(terminal.out);
        return;
      }
      const shown = await client.models.version(model, version, { signal });
      const lines = flags.json ? [JSON.stringify(shown)] : versionLines(shown);
      lines.forEach(terminal.out);
    });
}

function modelLines({ team, name, versionCount, latest, aliases }: Model): readonly string[] {
  const moved = Object.entries(aliases).map(([alias, version]) => `${alias} → ${version}`);
  return [
    modelText({ team, name }),
    ...factLines([
      ['versions', String(versionCount)],
      ['latest', latest && `${latest.version}${latest.releasedAt ? `, ${latest.releasedAt}` : ''}`],
      ['framework', latest?.framework],
      ['aliases', moved.length > 0 ? moved.join(', ') : undefined],
    ]),
  ];
}

function versionLines(version: Version): readonly string[] {
  const { image, signature, files, metadata } = version;
  return [
    `${modelText({ team: version.team, name: version.model })} version ${version.version} ${version.state}`,
    ...factLines([
      ['image', image?.reference],
      ['digest', image?.digest],
      ['framework', version.framework],
      ['signature', signature ? signatureText(signature) : 'not known'],
      ['verdict', version.verdict],
      ['files', files && `${countText(files.count, 'file')}, ${bytesText(files.bytes)}`],
      ['uploaded', version.uploadedAt],
      ['released', version.releasedAt],
      ['build', version.buildId],
      ...Object.entries(metadata),
    ]),
  ];
}
