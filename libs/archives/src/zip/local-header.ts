import { invalid } from '../archive-refused.ts';
import type { IncomingBytes } from '../incoming-bytes.ts';
import type { ZipEntry } from './zip-entry.ts';
import { IN_ZIP64, LOCAL_HEADER, zip64Numbers } from './zip-fields.ts';

/** Encrypted, and the name in UTF-8. */
const SAME_FLAGS = 0x0801;
/** The sizes stand behind the content. */
const DESCRIPTOR = 0x0008;

/**
 * Reads up to where the content of an entry begins. What the local header says must be what the directory says:
 * readers that believe the one and readers that believe the other would see two models.
 * @throws ArchiveRefused
 */
export async function readLocalHeader(bytes: IncomingBytes, entry: ZipEntry): Promise<void> {
  const { name, offset } = entry;
  if (offset < bytes.offset) throw invalid(name, 'overlaps with the entry before it');
  const isThere = await bytes.skip(offset - bytes.offset);
  const header = await bytes.exactly(LOCAL_HEADER.length);
  if (!isThere || header?.readUInt32LE(0) !== LOCAL_HEADER.signature) throw nowhere(name);
  const localName = await bytes.exactly(header.readUInt16LE(26));
  const extra = await bytes.exactly(header.readUInt16LE(28));
  if (!localName || !extra) throw nowhere(name);
  const isSame =
    localName.equals(Buffer.from(name)) &&
    ((header.readUInt16LE(6) ^ entry.flags) & SAME_FLAGS) === 0 &&
    header.readUInt16LE(8) === entry.method &&
    agreesOnSizes(header, extra, entry);
  if (!isSame) throw invalid(name, 'is another entry in its own header than in the directory');
}

/** With a descriptor a writer may leave open what it did not know yet: each number by itself. */
function agreesOnSizes(header: Buffer, extra: Buffer, entry: ZipEntry): boolean {
  const [crc, packed, size] = [
    header.readUInt32LE(14),
    header.readUInt32LE(18),
    header.readUInt32LE(22),
  ];
  const numbers = zip64Numbers(extra)?.values();
  const sizeBytes = size === IN_ZIP64 ? numbers?.next().value : size;
  const packedBytes = packed === IN_ZIP64 ? numbers?.next().value : packed;
  const mayBeOpen = (header.readUInt16LE(6) & DESCRIPTOR) !== 0;
  const agrees = (said: number | undefined, is: number): boolean =>
    said === is || (mayBeOpen && said === 0);
  return (
    agrees(crc, entry.crc) &&
    agrees(sizeBytes, entry.sizeBytes) &&
    agrees(packedBytes, entry.packedBytes)
  );
}

function nowhere(name: string): Error {
  return invalid(name, 'is not where the directory says');
}
