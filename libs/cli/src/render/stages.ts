import type { Build, BuildState, UploadProgress } from '@floe/client';

import type { Terminal } from '../terminal/terminal.ts';
import { barText } from './bar.ts';
import { bytesText, countText, durationText } from './quantities.ts';
import { Rate } from './rate.ts';

type BuildStage = 'infer' | 'build' | 'release';
type Stage = 'hash' | 'send' | BuildStage;

const redrawMs = 100;
const plainEveryMs = 10_000;
/** Hashing is told only when somebody could wonder what takes so long. */
const leastHashMs = 1_000;

/**
 * Shows an upload while it goes: on a terminal one line per stage, the last of them alive; elsewhere a line
 * when a stage ends, and every 10 s while bytes are under way.
 */
export class Stages {
  readonly #terminal: Terminal;
  readonly #now: () => number;
  readonly #told = new Set<Stage>();
  #stage: Stage | undefined;
  #begun = 0;
  #drawn = 0;
  #done = '';
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
    if (progress.stage === 'asking') return this.end();
    if (progress.stage === 'building') return this.#showBuild(progress.build);
    const { doneBytes, totalBytes } = progress;
    if (progress.stage === 'sending' && this.#stage !== 'send') this.#tellPresent(progress);
    this.#enter(progress.stage === 'sending' ? 'send' : 'hash');
    const { bytesPerSecond, etaMs } = this.#rate.at(this.#now(), doneBytes, totalBytes);
    const parts = [`${bytesText(doneBytes)} of ${bytesText(totalBytes)}`];
    this.#done = parts.join('');
    if (bytesPerSecond > 0) parts.push(`${bytesText(bytesPerSecond)}/s`);
    if (etaMs !== undefined && etaMs > 500) parts.push(`${durationText(etaMs)} left`);
    this.#draw(
      parts.join(', '),
      barText(doneBytes, totalBytes),
      progress.stage === 'sending' ? progress.inFlight : [],
    );
  };

  /** The last stage is over, well or not. */
  end(): void {
    if (this.#stage === undefined) return;
    const ms = this.#now() - this.#begun;
    if (this.#stage !== 'hash' || ms >= leastHashMs) this.#tell(this.#stage, ms);
    this.#stage = undefined;
  }

  #tellPresent({ presentLayers, layers }: Extract<UploadProgress, { stage: 'sending' }>): void {
    this.end();
    if (presentLayers === 0) return;
    this.#terminal.err(`${presentLayers} of ${countText(layers, 'layer')} already there`);
  }

  #showBuild(build: Build): void {
    const stage = stageOf[build.state];
    if (stage === undefined) return this.#showEnd(build);
    this.#enter(stage);
    this.#draw(build.delayed === undefined ? '…' : `delayed: ${build.delayed}`);
  }

  /** Stages that were over before anybody looked are told from the build's own timeline. */
  #showEnd({ timeline, state }: Build): void {
    this.end();
    if (state !== 'released') return;
    const begun = (stage: BuildStage): number =>
      Date.parse(timeline.find((it) => stageOf[it.state as BuildState] === stage)?.at ?? '');
    const end = Date.parse(timeline.at(-1)?.at ?? '');
    const spans = [
      ['infer', begun('infer'), begun('build')],
      ['build', begun('build'), begun('release')],
      ['release', begun('release'), end],
    ] as const;
    for (const [stage, from, to] of spans) {
      if (!this.#told.has(stage) && to >= from) this.#tell(stage, to - from);
    }
  }

  #enter(stage: Stage): void {
    if (this.#stage === stage) return;
    this.end();
    this.#stage = stage;
    this.#begun = this.#now();
    this.#rate = new Rate(this.#begun);
    // A line every 10 s counts from the stage's beginning; a live one is drawn at once.
    this.#drawn = this.#terminal.live ? -Infinity : this.#begun;
    this.#done = '';
  }

  /** Bar and files are for a line that is drawn again: elsewhere they would only make it longer. */
  #draw(text: string, bar = '', files: readonly string[] = []): void {
    const now = this.#now();
    if (now - this.#drawn < (this.#terminal.live ? redrawMs : plainEveryMs)) return;
    this.#drawn = now;
    const { live, err } = this.#terminal;
    const stage = (this.#stage ?? '').padEnd(8);
    if (!live) return err(`${stage}${text}`);
    live(stage + [bar, text, files.join(' ')].filter(Boolean).join(' '));
  }

  #tell(stage: Stage, ms: number): void {
    this.#told.add(stage);
    const bytes = stage === this.#stage && this.#done !== '' ? `${this.#done} in ` : '';
    this.#terminal.err(`${stage.padEnd(8)}${bytes}${durationText(ms)}`);
  }
}

const stageOf: Readonly<Record<BuildState, BuildStage | undefined>> = {
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
