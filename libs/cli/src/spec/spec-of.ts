import type { BuildSpec } from '@floe/client';
import type { Signature } from '@floe/signature';

import { keyValues } from './key-values.ts';

/** What the command line says about a build. */
export interface SpecFlags {
  readonly runtime?: string;
  readonly install?: string;
  readonly contract?: string;
  readonly meta: readonly string[];
  readonly alias: readonly string[];
  readonly allowUnknownSignature?: true;
  readonly signatureOverride?: string;
}

/** The command line wins over serving.yaml, which wins over git. @throws UsageError */
export async function specOf(
  declared: BuildSpec,
  flags: SpecFlags,
  git: Readonly<Record<string, string>>,
): Promise<BuildSpec> {
  const metadata = { ...git, ...declared.metadata, ...keyValues(flags.meta) };
  const aliases = [...(declared.aliases ?? []), ...flags.alias];
  return {
    ...declared,
    ...(flags.contract !== undefined && { contract: await contractIn(flags.contract) }),
    ...(flags.runtime !== undefined && { runtime: flags.runtime }),
    ...(flags.install !== undefined && { installCommand: flags.install }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
    ...(aliases.length > 0 && { aliases }),
    ...(flags.allowUnknownSignature && { allowUnknownSignature: true }),
    ...(flags.signatureOverride !== undefined && { signatureOverride: flags.signatureOverride }),
  };
}

async function contractIn(path: string): Promise<Signature> {
  const { readContract } = await import('./read-contract.ts');
  return readContract(path);
}
