import { invalid } from '../archive-refused.ts';
import type { IncomingBytes } from '../incoming-bytes.ts';
import { decodeName } from './decode-name.ts';
import { decodePaxRecords, type PaxRecords, paxSize } from './pax-records.ts';
import {
  BLOCK_BYTES,
  decodeTarHeader,
  isTarHeader,
  type TarHeader,
  untilNul,
} from './tar-header.ts';

/** What a header may say about the next one: names and attributes of files are shorter. */
const MOST_EXTENSION_BYTES = 256 * 1024;
const MOST_EXTENSIONS = 16;
const NONE: PaxRecords = new Map();

/** A header with all that the headers before it say about it. */
export interface TarEntry {
  readonly name: string;
  readonly sizeBytes: number;
  /** As in the header. */
  readonly type: string;
  readonly isSparse: boolean;
}

/** By the headers before the entry to which they belong. */
interface Said {
  longName: string | undefined;
  records: PaxRecords | undefined;
}

/** Reads the headers of entries, the extended ones of GNU and of POSIX pax with them. */
export class TarEntries {
  #global: PaxRecords = NONE;

  constructor(private readonly bytes: IncomingBytes) {}

  /** `undefined` at the end of the archive. The content of the entry before has to be read. @throws ArchiveRefused */
  async next(): Promise<TarEntry | undefined> {
    const said: Said = { longName: undefined, records: undefined };
    for (let headers = 0; headers <= MOST_EXTENSIONS; headers++) {
      const header = await this.#header();
      if (header && (await this.#extend(header, said))) continue;
      if (header) return withExtensions(header, said.longName, this.#inEffect(said));
      if (said.longName === undefined && said.records === undefined) return undefined;
      throw invalid(undefined, 'ends after a header that belongs to the next entry');
    }
    throw invalid(undefined, `has more than ${MOST_EXTENSIONS} extended headers for one entry`);
  }

  #inEffect({ records }: Said): PaxRecords {
    return merged(this.#global, records ?? NONE);
  }

  /** False for the header of an entry. */
  async #extend(header: TarHeader, said: Said): Promise<boolean> {
    switch (header.type) {
      case 'L':
        said.longName = decodeName(untilNul(await this.#extension(header)));
        return true;
      case 'K':
        await this.#extension(header);
        return true;
      case 'x':
        said.records = decodePaxRecords(await this.#extension(header));
        return true;
      case 'g':
        this.#global = merged(this.#global, decodePaxRecords(await this.#extension(header)));
        return true;
      default:
        return false;
    }
  }

  async #header(): Promise<TarHeader | undefined> {
    const place = this.bytes.offset;
    const block = await this.bytes.exactly(BLOCK_BYTES);
    if (!block) throw invalid(undefined, 'is cut off: it does not end with a block of zeros');
    if (isTarHeader(block)) return decodeTarHeader(block);
    if (block.every((byte) => byte === 0)) return undefined;
    throw invalid(undefined, `has no valid header at byte ${place}`);
  }

  async #extension(header: TarHeader): Promise<Buffer> {
    const [name, sizeBytes = Infinity] = [header.name.toString('latin1'), header.sizeBytes];
    if (sizeBytes > MOST_EXTENSION_BYTES)
      throw invalid(name, `is an extended header of more than ${MOST_EXTENSION_BYTES} bytes`);
    const whole = await this.bytes.exactly(Math.ceil(sizeBytes / BLOCK_BYTES) * BLOCK_BYTES);
    if (!whole) throw invalid(name, 'is cut off');
    return whole.subarray(0, sizeBytes);
  }
}

/** An empty value takes back what was said before. */
function merged(earlier: PaxRecords, later: PaxRecords): PaxRecords {
  if (later.size === 0) return earlier;
  return new Map([...earlier, ...later].filter(([key]) => later.get(key)?.length !== 0));
}

function withExtensions(
  header: TarHeader,
  longName: string | undefined,
  records: PaxRecords,
): TarEntry {
  const [path, size] = [records.get('path'), records.get('size')];
  const name = path ? decodeName(path) : (longName ?? decodeName(header.name));
  const sizeBytes = size ? paxSize(size) : header.sizeBytes;
  if (sizeBytes === undefined) throw invalid(name, 'has a size that is not a number of bytes');
  if (name.includes('\0')) throw invalid(name, 'has a NUL in its name');
  const isSparse =
    header.type === 'S' || [...records.keys()].some((key) => key.startsWith('GNU.sparse.'));
  return { name, sizeBytes, type: header.type, isSparse };
}
