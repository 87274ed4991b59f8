import { Doorbell } from '@floe/messaging';
import { Injectable } from '@nestjs/common';

import { BuildNotFound } from '../domain/errors.ts';
import type { LogLine } from '../domain/log-line.ts';
import { BuildLogs, type LogPage } from './build-logs.ts';

const PAGE_LINES = 500;
/** Another process may write the log: without news it is time to look again. */
const NET_MS = 1_000;
/** A build is known from its 202 on, though its fact may still be under way: an unknown id is waited for. */
const ARRIVAL_MS = 2_000;

export type LogEvent =
  | { readonly kind: 'line'; readonly line: LogLine }
  | { readonly kind: 'end'; readonly state: string };

@Injectable()
export class WatchLog {
  constructor(private readonly logs: BuildLogs) {}

  /** Resolves when the build is known. Throws BuildNotFound when nothing tells of it within two seconds. */
  async arrived(buildId: string, signal: AbortSignal): Promise<void> {
    const late = AbortSignal.any([signal, AbortSignal.timeout(ARRIVAL_MS)]);
    for await (const page of this.#pages(buildId, () => Number.MAX_SAFE_INTEGER, late)) {
      if (page) return;
    }
    throw new BuildNotFound(buildId);
  }

  /** The lines behind `after` that are there now. */
  async *written(buildId: string, after: number): AsyncGenerator<LogLine> {
    for (let last = after; ;) {
      const { lines } = (await this.logs.read(buildId, last, PAGE_LINES)) ?? { lines: [] };
      yield* lines;
      if (lines.length < PAGE_LINES) return;
      last = lines.at(-1)?.n ?? last;
    }
  }

  /** The lines behind `after`, each new one as it comes, and the end. */
  async *follow(buildId: string, after: number, signal: AbortSignal): AsyncGenerator<LogEvent> {
    let last = after;
    for await (const page of this.#pages(buildId, () => last, signal)) {
      for (const line of page?.lines ?? []) {
        last = line.n;
        yield { kind: 'line', line };
      }
      if (page?.endedAs !== undefined && page.lines.length < PAGE_LINES) {
        yield { kind: 'end', state: page.endedAs };
        return;
      }
    }
  }

  /** Reads again at each change, and at once after a full page, until aborted. */
  async *#pages(
    buildId: string,
    after: () => number,
    signal: AbortSignal,
  ): AsyncGenerator<LogPage | undefined> {
    const changed = new Doorbell();
    const leave = this.logs.onChange(buildId, () => changed.ring());
    try {
      while (!signal.aborted) {
        const page = await this.logs.read(buildId, after(), PAGE_LINES);
        yield page;
        if (page?.lines.length !== PAGE_LINES) await changed.wait(NET_MS, signal);
      }
    } finally {
      leave();
    }
  }
}
