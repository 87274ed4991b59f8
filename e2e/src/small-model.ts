import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { tarOf } from './tar-of.ts';
import { root } from './workspace.ts';

const network = await readFile(join(root, 'examples/image-classifier/net.onnx'));

/** The tar of a model with a signature; another `note` makes it another model. */
export function smallModel(note: string): Promise<Uint8Array<ArrayBuffer>> {
  return tarOf({ 'net.onnx': network, 'note.txt': note });
}

/** The tar of files in which no signature can be found. */
export function unknownModel(note: string): Promise<Uint8Array<ArrayBuffer>> {
  return tarOf({ 'note.txt': note });
}
