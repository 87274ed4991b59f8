import { Transactions } from '@floe/outbox';
import { BlobStore } from '@floe/storage';
import { Injectable } from '@nestjs/common';

import { Uploads } from './uploads.ts';

const IDLE_MS = 24 * 60 * 60 * 1_000;

/** Forgets uploads that nobody went on with for a day, their bytes, and whatever else was never published. */
@Injectable()
export class SweepUploads {
  constructor(
    private readonly transactions: Transactions,
    private readonly uploads: Uploads,
    private readonly store: BlobStore,
  ) {}

  /** Gives how many went. */
  async execute(now: Date, signal: AbortSignal): Promise<number> {
    const since = new Date(now.getTime() - IDLE_MS);
    for (let swept = 0; ;) {
      const idle = await this.transactions.run((tx) => this.uploads.dropIdle(since, tx), signal);
      if (idle.length === 0) return swept + (await this.store.sweep(since));
      for (const chunk of idle.flatMap(({ chunks }) => chunks)) await this.store.discard(chunk);
      swept += idle.length;
    }
  }
}
