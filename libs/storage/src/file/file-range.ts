import { close, open, read } from 'node:fs';
import { Readable } from 'node:stream';

import type { ByteRange } from '../blob-store.ts';
import { BlobDamaged } from '../errors.ts';
import { own } from '../spent.ts';

const CHUNK_BYTES = 256 * 1024;

type Callback = (error?: Error | null) => void;

/** Exactly these bytes of a file; one that ends early is an error, not an end. */
export class FileRange extends Readable {
  private fd: number | undefined;
  private position: number;
  private reading = false;
  private closeAfterReading: (() => void) | undefined;

  constructor(
    private readonly path: string,
    private readonly range: ByteRange,
  ) {
    super({ highWaterMark: CHUNK_BYTES });
    this.position = range.start;
  }

  override _construct(callback: Callback): void {
    open(this.path, (error, fd) => {
      this.fd = fd;
      callback(error);
    });
  }

  override _read(): void {
    const bytes = Math.min(CHUNK_BYTES, this.range.end - this.position);
    if (this.fd === undefined || bytes === 0) {
      this.push(null);
      return;
    }
    const buffer = Buffer.allocUnsafeSlow(bytes);
    this.reading = true;
    read(this.fd, buffer, 0, bytes, this.position, (error, bytesRead) => {
      this.reading = false;
      if (this.closeAfterReading !== undefined) this.closeAfterReading();
      else if (error !== null) this.destroy(error);
      else if (bytesRead === 0) this.destroy(this.damage());
      else {
        this.position += bytesRead;
        this.push(own(buffer.subarray(0, bytesRead)));
      }
    });
  }

  private damage(): BlobDamaged {
    return new BlobDamaged(`${this.path} ends at byte ${this.position} of ${this.range.end}`);
  }

  /** A file closed under a running read would lend its number to the next file that is opened: the read comes first. */
  override _destroy(error: Error | null, callback: Callback): void {
    const { fd } = this;
    if (fd === undefined) {
      callback(error);
      return;
    }
    const closeFile = (): void => close(fd, (failure) => callback(error ?? failure));
    if (this.reading) this.closeAfterReading = closeFile;
    else closeFile();
  }
}
