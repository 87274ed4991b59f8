import type { ModelFile, ModelFiles } from '../files/model-files.ts';
import type { Budget } from './budget.ts';
import { ModelUnreadable } from './errors.ts';

const smallestBlock = 4 * 1024;
const largestBlock = 512 * 1024;

/**
 * A file read by ranges through one block of read-ahead. Blocks are small while a reader hops over
 * weights and double while it reads on.
 */
export class FileWindow {
  readonly path: string;
  readonly sizeBytes: number;
  private readonly files: ModelFiles;
  private readonly budget: Budget;
  private readonly signal: AbortSignal;
  private block: Uint8Array = new Uint8Array();
  private blockStart = 0;
  private nextBlockBytes = smallestBlock;

  constructor(files: ModelFiles, file: ModelFile, budget: Budget, signal: AbortSignal) {
    this.files = files;
    this.path = file.path;
    this.sizeBytes = file.sizeBytes;
    this.budget = budget;
    this.signal = signal;
  }

  /** Exactly `length` bytes, not to be changed. Nothing is allocated for what the file cannot hold. */
  async read(offset: number, length: number): Promise<Uint8Array> {
    if (offset < 0 || length < 0 || offset + length > this.sizeBytes)
      throw new ModelUnreadable(`'${this.path}' ends in the middle of a value.`);
    this.budget.hold(length);
    if (!this.holds(offset, length)) await this.fill(offset, length);
    const start = offset - this.blockStart;
    return this.block.subarray(start, start + length);
  }

  /** Up to `length` bytes: fewer only at the end of the file. */
  async peek(offset: number, length: number): Promise<Uint8Array> {
    return this.read(offset, Math.max(0, Math.min(length, this.sizeBytes - offset)));
  }

  private holds(offset: number, length: number): boolean {
    return offset >= this.blockStart && offset + length <= this.blockStart + this.block.length;
  }

  private async fill(offset: number, length: number): Promise<void> {
    const end = this.blockStart + this.block.length;
    const readsOn = this.block.length > 0 && offset >= this.blockStart && offset <= end;
    this.nextBlockBytes = readsOn ? Math.min(this.nextBlockBytes * 2, largestBlock) : smallestBlock;
    const wanted = Math.max(length, this.nextBlockBytes);
    const bytes = Math.min(wanted, this.sizeBytes - offset);
    this.budget.spend(bytes);
    this.block = await this.files.read(this.path, { offset, length: bytes }, this.signal);
    this.blockStart = offset;
    if (this.block.length !== bytes)
      throw new ModelUnreadable(`'${this.path}' is shorter than its listing says.`);
  }
}
