import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { BuildSpec } from '@floe/client';
import type { ServingModel } from '@floe/signature';
import { servingFiles } from '@floe/signature/rules';

import { UsageError } from '../errors.ts';

/** The specification in a folder, if it has one. @throws UsageError, InvalidContract */
export async function readServingYaml(folder: string): Promise<ServingModel | undefined> {
  for (const file of servingFiles) {
    const text = await readFile(join(folder, file), 'utf8').catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (text === undefined) continue;
    const { parseServingYaml } = await import('@floe/signature');
    const [model, ...more] = parseServingYaml(text, file);
    if (more.length === 0) return model;
    throw new UsageError(
      `${file} describes ${more.length + 1} models`,
      'give each a folder of its own',
    );
  }
  return undefined;
}

export function buildSpecOf(model: ServingModel): BuildSpec {
  const { contract, runtime, installCommand, needsAllFiles, metadata, aliases } = model;
  const { allowUnknownSignature, signatureOverride } = model;
  const fields = { contract, runtime, installCommand, needsAllFiles, metadata, aliases };
  const all = { ...fields, allowUnknownSignature, signatureOverride };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** What a person should know that was written for nothing. */
export function withoutEffect({ ignored, trainingData }: ServingModel): readonly string[] {
  const keys = [...ignored, ...(trainingData === undefined ? [] : ['training-data'])];
  return keys.length === 0 ? [] : [`without effect in serving.yaml: ${keys.join(', ')}`];
}
