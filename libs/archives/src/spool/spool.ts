import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { StoreFull } from '@floe/storage';

const CHUNK_BYTES = 256 * 1024;
const LEAST_BUFFER_BYTES = 16 * 1024;
/** Of the buffers of all spools of this process together. */
const MOST_BUFFERS_BYTES = 64 * 1024 ** 2;
const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

export interface SpoolRange {
  readonly offset: number;
  readonly sizeBytes: number;
}

/**
 * One file to append to, then to read by ranges. It has no name once it is open, so nothing is left of it when it is
 * closed or the process is killed. Takes one caller at a time.
 */
export class Spool implements AsyncDisposable {
  static #spools = 0;
  #buffer: Buffer | undefined;
  #filled = 0;
  #flushedBytes = 0;
  #underWay: Promise<void> = Promise.resolve();

  private constructor(private readonly file: FileHandle) {
    Spool.#spools += 1;
  }

  /** Makes the folder if it is missing. @throws StoreFull */
  static async open(directory: string): Promise<Spool> {
    const path = join(directory, `${randomUUID()}.spool`);
    try {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const file = await open(path, 'wx+', 0o600);
      await rm(path);
      return new Spool(file);
    } catch (error) {
      throw named(error);
    }
  }

  /** Appended until now. */
  get sizeBytes(): number {
    return this.#flushedBytes + this.#filled;
  }

  /** Copies the bytes; waits for the disk when it is slower than its caller. @throws StoreFull */
  async append(bytes: Uint8Array): Promise<void> {
    for (let left = bytes; left.length > 0;) {
      const buffer = (this.#buffer ??= Buffer.allocUnsafeSlow(bufferBytes(Spool.#spools)));
      const piece = left.subarray(0, buffer.length - this.#filled);
      buffer.set(piece, this.#filled);
      this.#filled += piece.length;
      left = left.subarray(piece.length);
      if (this.#filled === buffer.length) await this.#flush();
    }
  }

  /** To be called between the last `append` and the first `read`. @throws StoreFull */
  async settle(): Promise<void> {
    await this.#flush();
    await this.#underWay;
  }

  /** Chunks that are never written to again. */
  async *read({ offset, sizeBytes }: SpoolRange): AsyncGenerator<Uint8Array, void, undefined> {
    const end = offset + sizeBytes;
    for (let position = offset; position < end;) {
      const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, end - position));
      const { bytesRead } = await this.file.read(buffer, 0, buffer.length, position);
      if (bytesRead === 0) throw new Error(`the spool ends at byte ${position} of ${end}`);
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    Spool.#spools -= 1;
    await this.#underWay.catch(() => {});
    await this.file.close();
  }

  /** One write is on its way while the next buffer fills. */
  async #flush(): Promise<void> {
    const [buffer, filled, position] = [this.#buffer, this.#filled, this.#flushedBytes];
    if (!buffer || filled === 0) return;
    this.#buffer = undefined;
    this.#filled = 0;
    this.#flushedBytes += filled;
    await this.#underWay;
    this.#underWay = this.#write(buffer.subarray(0, filled), position);
    // Whoever waits next hears of a failure; until then it is nobody's.
    this.#underWay.catch(() => {});
  }

  /** A write may take less than it was given, above all shortly before the disk is full. */
  async #write(bytes: Buffer, start: number): Promise<void> {
    try {
      for (let done = 0; done < bytes.length;) {
        const left = bytes.length - done;
        done += (await this.file.write(bytes, done, left, start + done)).bytesWritten;
      }
    } catch (error) {
      throw named(error);
    }
  }
}

/** A spool that is written slowly holds its buffer as long: the more there are, the smaller they have to be. */
function bufferBytes(spools: number): number {
  return Math.max(
    LEAST_BUFFER_BYTES,
    Math.min(CHUNK_BYTES, Math.floor(MOST_BUFFERS_BYTES / spools)),
  );
}

function named(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!FULL.has(code)) return error;
  return new StoreFull('no room left while spooling an archive', { cause: error });
}
