import type { PaxRecords } from '../tar/pax-records.ts';

/** Generous to what stands in the records: `encodePaxRecords` of the result must give the same bytes. */
export function decodePaxRecords(content: Buffer): PaxRecords | undefined {
  const text = decodeUtf8(content);
  const match = /^(?:\d+ path=([^\n]*)\n)?(?:\d+ size=([1-9]\d{0,15})\n)?$/.exec(text ?? '\0');
  if (!match) return undefined;
  const [, path, size] = match;
  return { ...(path !== undefined && { path }), ...(size !== undefined && { size: Number(size) }) };
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
