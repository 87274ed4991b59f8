import {
  type DeclaredContract,
  decodeContractProtobin,
  InvalidContract,
  parseContractPrototxt,
  parseServingYaml,
  type Signature,
} from '@floe/signature';

import { ModelUnreadable } from '../../frame/errors.ts';
import type { ReaderContext } from '../../frame/reader.ts';

/** Names at the model's root, in the order of their authority. */
const contractFiles: readonly {
  readonly path: string;
  readonly parse: (bytes: Uint8Array, path: string) => Signature | undefined;
}[] = [
  { path: 'serving.yaml', parse: contractOfYaml },
  { path: 'serving.yml', parse: contractOfYaml },
  {
    path: 'contract.prototxt',
    parse: (bytes, path) => parseContractPrototxt(textOf(bytes), path),
  },
  { path: 'contract.protobin', parse: decodeContractProtobin },
];

const longestContract = 1024 * 1024;

/**
 * The contract that the author put beside the model, if any.
 * @throws ModelUnreadable when it is broken
 */
export async function readDeclared(context: ReaderContext): Promise<DeclaredContract | undefined> {
  for (const { path, parse } of contractFiles) {
    const file = context.files.find((each) => each.path === path);
    if (!file) continue;
    if (file.sizeBytes > longestContract)
      throw new ModelUnreadable(`'${path}' is too long for a contract.`);
    const bytes = await context.open(file).read(0, file.sizeBytes);
    const signature = parsed(() => parse(bytes, path));
    if (signature) return { path, signature };
  }
  return undefined;
}

function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof InvalidContract)
      throw new ModelUnreadable(error.message, { cause: error });
    throw error;
  }
}

/** Other tools have files of this name too; theirs is no contract. */
function contractOfYaml(bytes: Uint8Array, path: string): Signature | undefined {
  const text = textOf(bytes);
  if (!/^kind:\s*["']?Model\b/m.test(text)) return undefined;
  const contracts = parseServingYaml(text, path).flatMap(({ contract }) => contract ?? []);
  if (contracts.length > 1)
    throw new ModelUnreadable(`'${path}' has several contracts: which one is meant is not known.`);
  return contracts[0];
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
