/** What of an entry does not fit its ustar header. */
export interface PaxRecords {
  readonly path?: string;
  readonly size?: number;
}

/** POSIX pax: `<length> <key>=<value>\n`, the length counting itself; `path` before `size`, only those given. */
export function encodePaxRecords({ path, size }: PaxRecords): Buffer {
  const records = [
    path === undefined ? '' : record('path', path),
    size === undefined ? '' : record('size', String(size)),
  ];
  return Buffer.from(records.join(''));
}

function record(key: string, value: string): string {
  const body = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(body);
  const guess = bytes + String(bytes).length;
  return `${bytes + String(guess).length}${body}`;
}
