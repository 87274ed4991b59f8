import type { Target } from './write-coalesced.ts';

const EVERY_BYTES = 16 * 1024 * 1024;

/** Lets the disk begin while bytes still come: the fsync at the end then has little left to wait for. */
export class EarlySync {
  private begun = 0;
  private underWay: Promise<void> | undefined;
  private failure: Error | undefined;

  constructor(private readonly file: Pick<Target, 'datasync'>) {}

  /** Tells that the file is written up to this byte. Never waits. */
  reached(position: number): void {
    if (position - this.begun < EVERY_BYTES || this.underWay !== undefined) return;
    this.begun = position;
    this.underWay = this.sync();
  }

  /** Waits for the disk, then throws what it said: a lost write is told once and the next fsync would succeed. */
  async end(): Promise<void> {
    await this.underWay;
    if (this.failure !== undefined) throw this.failure;
  }

  private async sync(): Promise<void> {
    try {
      await this.file.datasync();
    } catch (error) {
      this.failure ??= error as Error;
    }
    this.underWay = undefined;
  }
}
