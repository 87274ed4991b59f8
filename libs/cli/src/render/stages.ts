import type { Build, BuildState, UploadProgress } from '@floe/client';

import type { Terminal } from '../terminal/terminal.ts';
import { bytesText, countText, durationText } from './quantities.ts';
import { Rate } from './rate.ts';

type Stage = 'hash' | 'send' | 'infer' | 'build' | 'release';

const redrawMs = 100;
const plainEveryMs = 10_000;

/**
 * Shows an upload while it goes: on a terminal one line per stage, the last of them alive; elsewhere a line
 * when a stage ends, and every 10 s while bytes are under way.
 */
export class Stages {
  readonly #terminal: Terminal;
  readonly #now: () => number;
  #stage: Stage | undefined;
  #begun = 0;
  #drawn = 0;
  #text = '';
  #rate: Rate;

  /** `now` in ms from any beginning. */
  constructor(terminal: Terminal, now: () => number) {
    this.#terminal = terminal;
    this.#now = now;
    this.#rate = new Rate(now());
  }

  readonly show = (progress: UploadProgress): void => {
    if (progress.stage === 'laid-out') {
      const { files, layers, totalBytes } = progress;
      this.#terminal.err(
        `${countText(files, 'file')}, ${bytesText(totalBytes)} in ${countText(layers, 'layer')}`,
      );
      return;
    }
    if (progress.stage === 'building') return this.#showBuild(progress.build);
    const { doneBytes, totalBytes } = progress;
    const isSending = progress.stage === 'sending';
    if (isSending && totalBytes === 0) return;
    this.#enter(isSending ? 'send' : 'hash');
    this.#draw(this.#bytes(doneBytes, totalBytes));
  };

  /** The last stage is over, well or not. */
  end(): void {
    this.#close();
    this.#stage = undefined;
  }

  #showBuild(build: Build): void {
    const stage = stageOf[build.state];
    if (stage === undefined) return this.end();
    this.#enter(stage);
    this.#draw(build.delayed === undefined ? '' : `delayed: ${build.delayed}`);
  }

  #enter(stage: Stage): void {
    if (this.#stage === stage) return;
    this.#close();
    this.#stage = stage;
    this.#begun = this.#now();
    this.#rate = new Rate(this.#begun);
    // A line every 10 s counts from the stage's beginning; a live one is drawn at once.
    this.#drawn = this.#terminal.live ? -Infinity : this.#begun;
    this.#text = '';
  }

  #bytes(doneBytes: number, totalBytes: number): string {
    const { bytesPerSecond, etaMs } = this.#rate.at(this.#now(), doneBytes, totalBytes);
    const parts = [`${bytesText(doneBytes)} of ${bytesText(totalBytes)}`];
    if (bytesPerSecond > 0) parts.push(`${bytesText(bytesPerSecond)}/s`);
    if (etaMs !== undefined && etaMs > 500) parts.push(`${durationText(etaMs)} left`);
    return parts.join(', ');
  }

  #draw(text: string): void {
    const now = this.#now();
    this.#text = text;
    if (now - this.#drawn < (this.#terminal.live ? redrawMs : plainEveryMs)) return;
    this.#drawn = now;
    (this.#terminal.live ?? this.#terminal.err)(`${(this.#stage ?? '').padEnd(8)}${text || '…'}`);
  }

  #close(): void {
    if (this.#stage === undefined) return;
    const duration = durationText(this.#now() - this.#begun);
    const text = this.#text.replace(/, [^,]* left$/, '');
    this.#terminal.err(
      `${this.#stage.padEnd(8)}${text === '' ? duration : `${text}, ${duration}`}`,
    );
  }
}

const stageOf: Readonly<Record<BuildState, Stage | undefined>> = {
  received: 'infer',
  inferring: 'infer',
  queued: 'build',
  building: 'build',
  assigning: 'release',
  publishing: 'release',
  released: undefined,
  failed: undefined,
  cancelled: undefined,
};
