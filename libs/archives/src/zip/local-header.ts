import { invalid } from '../archive-refused.ts';
import type { SpooledBytes } from './spooled-bytes.ts';
import type { ZipEntry } from './zip-entry.ts';
import { IN_ZIP64, LOCAL_HEADER, zip64Numbers } from './zip-fields.ts';

/** Encrypted, and the name in UTF-8. */
const SAME_FLAGS = 0x0801;
/** The sizes stand behind the content. */
const DESCRIPTOR = 0x0008;

/**
 * Where the content of an entry begins. What the local header says must be what the directory says: readers that
 * believe the one and readers that believe the other would see two models.
 * @throws ArchiveRefused
 */
export async function contentStart(bytes: SpooledBytes, entry: ZipEntry): Promise<number> {
  const { name, offset } = entry;
  if (offset + LOCAL_HEADER.length > bytes.sizeBytes) throw nowhere(name);
  const header = await bytes.read(offset, LOCAL_HEADER.length);
  if (header.readUInt32LE(0) !== LOCAL_HEADER.signature) throw nowhere(name);
  const nameBytes = header.readUInt16LE(26);
  const extraBytes = header.readUInt16LE(28);
  const start = offset + LOCAL_HEADER.length + nameBytes + extraBytes;
  if (start + entry.packedBytes > bytes.sizeBytes) throw nowhere(name);
  const rest = await bytes.read(offset + LOCAL_HEADER.length, nameBytes + extraBytes);
  const isSame =
    rest.subarray(0, nameBytes).equals(Buffer.from(name)) &&
    ((header.readUInt16LE(6) ^ entry.flags) & SAME_FLAGS) === 0 &&
    header.readUInt16LE(8) === entry.method &&
    agreesOnSizes(header, rest.subarray(nameBytes), entry);
  if (!isSame) throw invalid(name, 'is another entry in its own header than in the directory');
  return start;
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
