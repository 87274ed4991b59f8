import { spend } from '../spent.ts';
import { EarlySync } from './early-sync.ts';

/** What is written to, as far as it is needed here. */
export interface Target {
  writev(
    pieces: readonly Uint8Array[],
    position: number,
  ): Promise<{ readonly bytesWritten: number }>;
  datasync(): Promise<void>;
}

const WRITE_BYTES = 1024 * 1024;
const LEAST_WRITE_BYTES = 64 * 1024;
/** That may wait for their write in all files of this process together; as many again are being written. */
const MOST_WAITING_BYTES = 8 * 1024 * 1024;
/** The system takes no more pieces in one write (IOV_MAX). */
const WRITE_PIECES = 1024;

/** Files that are being written. */
let writing = 0;

/**
 * Writes the chunks in pieces of 1 MiB or more (less when very many files are written at once), without copying; one write is on its way while the next piece fills,
 * and a source that is faster waits. The first byte goes to `start`. Gives the number of bytes.
 */
export async function writeCoalesced(
  file: Target,
  chunks: AsyncIterable<Uint8Array>,
  start = 0,
): Promise<number> {
  let written = 0;
  let piece: Uint8Array[] = [];
  let pieceBytes = 0;
  let underWay: Promise<void> = Promise.resolve();
  const early = new EarlySync(file);
  const flush = async (): Promise<void> => {
    const [full, position] = [piece, start + written];
    written += pieceBytes;
    piece = [];
    pieceBytes = 0;
    await underWay;
    early.reached(position - start);
    underWay = writeWhole(file, full, position);
    // Whoever waits next hears of a failure; until then it is nobody's.
    underWay.catch(() => {});
  };
  writing += 1;
  try {
    for await (const chunk of chunks) {
      if (chunk.byteLength === 0) continue;
      piece.push(chunk);
      pieceBytes += chunk.byteLength;
      if (pieceBytes >= writeBytes(writing) || piece.length === WRITE_PIECES) await flush();
    }
    await flush();
  } finally {
    writing -= 1;
    await underWay;
  }
  await early.end();
  return written;
}

/** A source that is slow holds its piece as long: the more there are, the smaller they have to be. */
function writeBytes(files: number): number {
  const share = Math.floor(MOST_WAITING_BYTES / files);
  return Math.max(LEAST_WRITE_BYTES, Math.min(WRITE_BYTES, share));
}

/** A write may take less than it was given, above all shortly before the disk is full. */
async function writeWhole(
  file: Target,
  piece: readonly Uint8Array[],
  start: number,
): Promise<void> {
  let position = start;
  for (let left = [...piece]; left.length > 0;) {
    const { bytesWritten } = await file.writev(left, position);
    position += bytesWritten;
    left = without(left, bytesWritten);
  }
  for (const chunk of piece) spend(chunk);
}

function without(piece: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let skip = bytes;
  const whole = piece.findIndex((chunk) => {
    if (chunk.byteLength > skip) return true;
    skip -= chunk.byteLength;
    return false;
  });
  if (whole === -1) return [];
  return piece.slice(whole).map((chunk, at) => (at === 0 ? chunk.subarray(skip) : chunk));
}
