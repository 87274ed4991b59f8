import { MODEL_LIMITS } from '../model/model-limits.ts';
import { looksExecutable, MAGIC_BYTES } from '../tar/looks-executable.ts';
import { BLOCK_BYTES, isZero, paddingAfter } from '../tar/tar-block.ts';
import { EntryOrder } from './entry-order.ts';
import type { IndexedFile, LayerIndex } from './layer-index.ts';
import { LayerInvalid } from './layer-invalid.ts';
import type { PushedBytes, Reading } from './pushed-bytes.ts';
import { readEntryHead, type ReadHead } from './read-entry-head.ts';

/** What bounds the memory that a hostile layer can take. */
export interface LayerLimits {
  /** Files and directories together; 262,146 unless given. */
  readonly maxEntries: number;
  /** Of all entries together; 68 MiB unless given. */
  readonly maxNameBytes: number;
}

/** What a model may have fits, below `model/files/` and with these two. */
const DEFAULTS: LayerLimits = {
  maxEntries: MODEL_LIMITS.entries + 2,
  maxNameBytes: MODEL_LIMITS.nameBytes + 4 * 1024 ** 2,
};

/** Reads a whole layer. @throws LayerInvalid at the first deviation from Layout 1 */
export function* readLayer(
  bytes: PushedBytes,
  limits: Partial<LayerLimits> = {},
): Reading<LayerIndex> {
  const allowance = new Allowance({ ...DEFAULTS, ...limits });
  const order = new EntryOrder();
  const files: IndexedFile[] = [];
  for (let head = yield* readEntryHead(bytes); head; head = yield* readEntryHead(bytes)) {
    allowance.take(head.name);
    const path = order.add(head);
    if (head.directory || path === undefined) continue;
    const { sizeBytes, executable } = head;
    files.push({ path, offset: bytes.offset, sizeBytes, executable });
    yield* readContent(bytes, head);
    yield* readZeros(bytes, paddingAfter(sizeBytes), head.name);
  }
  const emptyDirectories = order.end();
  yield* readEnd(bytes);
  return { files, emptyDirectories };
}

class Allowance {
  #entries: number;
  #nameBytes: number;

  constructor({ maxEntries, maxNameBytes }: LayerLimits) {
    this.#entries = maxEntries;
    this.#nameBytes = maxNameBytes;
  }

  take(name: string): void {
    this.#entries -= 1;
    this.#nameBytes -= Buffer.byteLength(name);
    if (this.#entries < 0) throw new LayerInvalid(name, 'is one entry too many for a layer');
    if (this.#nameBytes < 0)
      throw new LayerInvalid(name, 'makes the names of the layer too long together');
  }
}

function* readContent(
  bytes: PushedBytes,
  { name, sizeBytes, executable }: ReadHead,
): Reading<void> {
  const start = yield* bytes.exactly(Math.min(MAGIC_BYTES, sizeBytes));
  if (!start) throw new LayerInvalid(name, 'is cut off in its content');
  if (looksExecutable(start) !== executable)
    throw new LayerInvalid(name, 'has another mode than its content asks for');
  for (let left = sizeBytes - start.length; left > 0;) {
    const piece = yield* bytes.some(left);
    if (!piece) throw new LayerInvalid(name, `is cut off ${left} bytes before its end`);
    left -= piece.length;
  }
}

function* readZeros(bytes: PushedBytes, length: number, entry: string): Reading<void> {
  const padding = yield* bytes.exactly(length);
  if (!padding) throw new LayerInvalid(entry, 'is cut off in its padding');
  if (!isZero(padding)) throw new LayerInvalid(entry, 'is padded with other bytes than zeros');
}

/** After the first block of zeros. */
function* readEnd(bytes: PushedBytes): Reading<void> {
  const place = `at byte ${bytes.offset}`;
  yield* readZeros(bytes, BLOCK_BYTES, place);
  if (yield* bytes.some(1))
    throw new LayerInvalid(`at byte ${bytes.offset - 1}`, 'follows the end of the archive');
}
