import { randomBytes } from 'node:crypto';
import { cp, mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { root } from './workspace.ts';

const CHUNK_BYTES = 8 * 1_024 * 1_024;
const FILES_OF_A_FOLDER = 100;

/** A real small ONNX file and, beside it, weights of random bytes: a model of the size that is asked for. */
export async function writeModel(folder: string, sizeBytes: number): Promise<void> {
  await cp(join(root, 'examples/sensor-grade/xgb.onnx'), join(folder, 'model.onnx'));
  if (sizeBytes < CHUNK_BYTES) return;
  await using file = await open(join(folder, 'weights.bin'), 'w');
  for (let left = sizeBytes; left > 0; left -= CHUNK_BYTES) {
    await file.write(randomBytes(Math.min(left, CHUNK_BYTES)));
  }
  await file.sync();
}

/** The same, its weights in so many files. */
export async function writeManyFiles(
  folder: string,
  sizeBytes: number,
  files: number,
): Promise<void> {
  await writeModel(folder, 0);
  for (let n = 0; n < files; n += 1) {
    const part = join(folder, `part-${Math.floor(n / FILES_OF_A_FOLDER)}`);
    if (n % FILES_OF_A_FOLDER === 0) await mkdir(part);
    await writeFile(join(part, `${n}.bin`), randomBytes(Math.floor(sizeBytes / files)));
  }
}
