import type { BuildSpec } from '@floe/contracts';
import { InvalidContract, parseServingYaml, type ServingModel } from '@floe/signature';
import { z } from 'zod';

import { ModelRefused } from '../domain/errors.ts';
import { specFields, specOf } from './build-spec.schema.ts';

/** What a `serving.yaml` says about the archive in which it lies. Team and name are those of the request. */
export interface ServingYaml {
  readonly spec: BuildSpec;
  /** As written. */
  readonly payload: readonly string[] | undefined;
}

const HINT = 'Correct the file in the archive and send it again; nothing was kept.';
const fields = z.object(specFields);

/** Throws ModelRefused with line and key of every fault. */
export function readServingYaml(text: string, file: string): ServingYaml {
  const model = onlyModel(text, file);
  const { success, data, error } = fields.safeParse(model);
  if (success) return { spec: specOf(data), payload: model.payload };
  const faults = error.issues.map(({ path, message }) => `'${keyOf(path)}' ${message}`);
  throw refused(faults.map((fault) => `${file} (line ${model.line}): ${fault}`).join('\n'), error);
}

function onlyModel(text: string, file: string): ServingModel {
  const [model, ...more] = models(text, file);
  if (model !== undefined && more.length === 0) return model;
  throw refused(`${file} describes ${more.length + 1} models, and the archive is one.`);
}

function models(text: string, file: string): readonly ServingModel[] {
  try {
    return parseServingYaml(text, file);
  } catch (error) {
    if (!(error instanceof InvalidContract)) throw error;
    throw refused(error.message, error);
  }
}

/** As it is written in the file. */
function keyOf(path: readonly PropertyKey[]): string {
  const [first, ...rest] = path.map(String);
  const key = first?.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return [key, ...rest].join('.');
}

function refused(message: string, cause?: unknown): ModelRefused {
  return new ModelRefused('SPEC_INVALID', message, { hint: HINT, cause });
}
