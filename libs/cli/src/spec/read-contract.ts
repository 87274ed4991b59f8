import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';

import {
  decodeContractProtobin,
  parseContract,
  parseContractPrototxt,
  parseServingYaml,
  type Signature,
} from '@floe/signature';
import { parse } from 'yaml';

import { UsageError } from '../errors.ts';

/**
 * A declared signature from a file: `.prototxt` and `.protobin` of Hydrosphere, a serving.yaml or the
 * `contract:` section alone, or the API's JSON.
 * @throws UsageError, InvalidContract
 */
export async function readContract(path: string): Promise<Signature> {
  const name = basename(path);
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new UsageError(`${path} cannot be read: ${error instanceof Error ? error.message : ''}`);
  });
  if (extname(path) === '.protobin') return decodeContractProtobin(bytes, name);
  const text = bytes.toString('utf8');
  return extname(path) === '.prototxt' ? parseContractPrototxt(text, name) : inYaml(text, name);
}

function inYaml(text: string, name: string): Signature {
  const top = membersOf(text, name);
  if (Array.isArray(top['inputs'])) return parseContract(top, name);
  if (top['kind'] === undefined && top['contract'] === undefined) throw noContract(name);
  // A section alone becomes a document; its lines keep their numbers.
  const document = top['kind'] === undefined ? `${text}\nkind: Model\n` : text;
  const [model] = parseServingYaml(document, name);
  if (model?.contract === undefined) throw noContract(name);
  return model.contract;
}

function membersOf(text: string, name: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch (error) {
    throw new UsageError(`${name} is not YAML: ${error instanceof Error ? error.message : ''}`);
  }
}

function noContract(name: string): UsageError {
  return new UsageError(`${name} holds no contract`, '`floe inspect <path> --contract` writes one');
}
