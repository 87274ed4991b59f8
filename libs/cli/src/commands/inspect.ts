import { walk } from '@floe/client';
import type { Inspection } from '@floe/formats';
import { Command } from 'commander';

import type { Context } from '../context.ts';
import { evidenceLines } from '../render/evidence-lines.ts';
import { type JsonFlag, printOne } from '../render/result.ts';
import { signatureText } from '../render/signature-text.ts';
import { factLines } from '../render/table.ts';

interface Flags extends JsonFlag {
  readonly contract?: true;
}

/** `floe inspect`: what is understood of a model and why, without any platform. */
export function inspectCommand(context: Context): Command {
  return new Command('inspect')
    .description('show offline what is understood of a model, and why')
    .argument('<path>', 'folder or file')
    .option('--json', 'print one JSON document')
    .option('--contract', 'print the contract section for a serving.yaml')
    .action(async (path: string, flags: Flags) => {
      const { terminal, signal } = context;
      const { items } = await walk(path, { signal });
      const { inspect, contractYamlOf, WalkedFiles } = await readers();
      const { declared: _, ...inspection } = await inspect(new WalkedFiles(items), signal);
      if (flags.contract) terminal.out(contractYamlOf(inspection.signature).trimEnd());
      else printOne(terminal, flags, inspection, linesOf);
    });
}

/** No other command waits until they are loaded. */
async function readers() {
  const [formats, signature, walked] = await Promise.all([
    import('@floe/formats'),
    import('@floe/signature'),
    import('../spec/walked-files.ts'),
  ]);
  return { ...formats, ...signature, ...walked };
}

function linesOf(inspection: Inspection): readonly string[] {
  const { framework, frameworkVersion, artifact, signature, verdict } = inspection;
  const { classLabels = [], requirements = [], safety, warnings } = inspection;
  const packages = requirements.map((it) =>
    it.version ? `${it.package} ${it.version}` : it.package,
  );
  return [
    ...factLines([
      ['framework', [framework, frameworkVersion].filter((part) => part !== undefined).join(' ')],
      ['artifact', artifact],
      ['signature', signature ? signatureText(signature) : 'not known'],
      ['verdict', verdict],
      ['labels', classLabels.length > 0 ? classLabels.join(', ') : undefined],
      ['needs', packages.length > 0 ? packages.join(', ') : undefined],
    ]),
    ...evidenceLines(inspection.evidence),
    ...safety.findings.map((it) => `  ${it.severity}: ${it.code}: ${it.path}: ${it.message}`),
    ...warnings.map(({ code, message }) => `  warning: ${code}: ${message}`),
  ];
}
