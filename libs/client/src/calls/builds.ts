import { randomUUID } from 'node:crypto';

import { type Build, build, type BuildState, hasEnded } from '../answers/build.ts';
import { type Page, pageOf } from '../answers/page.ts';
import { FloeProblem, PlatformUnreachable } from '../transport/errors.ts';
import { pause } from '../transport/retry.ts';
import type { Call, Transport } from '../transport/transport.ts';
import { followLog, type LogItem } from '../watch/follow-log.ts';
import type { BuildRequest } from './build-request.ts';
import { type ModelName, modelPath } from './names.ts';
import type { CallOptions, CreateOptions, ListOptions } from './options.ts';
import { untilTold } from './until-told.ts';

export interface CreateBuildOptions extends CreateOptions {
  /** For how long the platform may hold its answer until the build ends, at most 60. */
  readonly waitSeconds?: number | undefined;
}

export interface WaitOptions extends CallOptions {
  /** Called with every state of the build that was seen. */
  readonly onBuild?: ((build: Build) => void) | undefined;
  /** For how long the catalogue may know nothing of an accepted build; five minutes without it. */
  readonly untoldMs?: number | undefined;
}

export interface BuildsQuery extends ListOptions {
  readonly team?: string | undefined;
  readonly model?: string | undefined;
  readonly state?: BuildState | undefined;
}

const secondsPerAsk = 2;
const leastMsPerAsk = 100;
const patienceMs = 60_000;
const notReadYet = 'accepted; the catalogue has not read of it yet';

/** The journeys of accepted uploads. */
export class Builds {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** @throws FloeProblem `LAYERS_MISSING` when the team has no proof of some layers. */
  async create(
    model: ModelName,
    request: BuildRequest,
    options: CreateBuildOptions = {},
  ): Promise<Build> {
    const { waitSeconds, signal, idempotencyKey = randomUUID() } = options;
    return await this.#build(waitSeconds, {
      method: 'POST',
      path: `${modelPath(model)}/builds`,
      headers: { 'idempotency-key': idempotencyKey },
      body: { json: request },
      signal,
    });
  }

  async get(
    id: string,
    options: CallOptions & { readonly waitSeconds?: number } = {},
  ): Promise<Build> {
    const { waitSeconds, signal } = options;
    return await this.#build(waitSeconds, { method: 'GET', path: buildPath(id), signal });
  }

  /**
   * Resolves with the build when it has ended, however it ended. Given as the platform accepted it, a build that the
   * catalogue does not know yet is waited for, and shown as delayed.
   * @throws PlatformUnreachable when a platform that restarts has not come back after a minute
   * @throws BuildUntold when the catalogue knows nothing of an accepted build for too long
   */
  async wait(of: Build | string, options: WaitOptions = {}): Promise<Build> {
    const { onBuild, signal } = options;
    for (let answered = performance.now(); ;) {
      const asked = performance.now();
      const onUntold = (accepted: Build): void => {
        answered = performance.now();
        onBuild?.({ ...accepted, delayed: notReadYet });
      };
      try {
        const seen = await this.#look(of, options, onUntold);
        answered = performance.now();
        onBuild?.(seen);
        if (hasEnded(seen.state)) return seen;
      } catch (error) {
        const isAway = error instanceof PlatformUnreachable;
        if (!isAway || performance.now() - answered > patienceMs) throw error;
      }
      // A proxy, or a platform that is going down, may answer without holding.
      if (performance.now() - asked < leastMsPerAsk) await pause(leastMsPerAsk, signal);
    }
  }

  async list(query: BuildsQuery = {}): Promise<Page<Build>> {
    const { signal, ...rest } = query;
    return await this.#transport.json(
      { method: 'GET', path: '/api/v1/builds', query: rest, signal },
      pageOf(build),
    );
  }

  /**
   * Asks for a build's end; the stage that holds it decides, so that it may be released all the same.
   * @throws FloeProblem `BUILD_ENDED` when it had ended otherwise, or `BUILD_TOO_FAR`
   */
  async cancel(id: string, options: CallOptions = {}): Promise<Build> {
    const call = { method: 'POST', path: `${buildPath(id)}/cancel`, ...options } as const;
    try {
      await this.#transport.call(call, async (response) => await response.arrayBuffer());
      const { signal } = options;
      return await untilTold(id, () => this.get(id, options), { signal });
    } catch (error) {
      if (!(error instanceof FloeProblem) || error.code !== 'BUILD_ENDED') throw error;
      // The answer to an earlier attempt may have been lost after the build was cancelled.
      const seen = await this.get(id, options);
      if (seen.state !== 'cancelled') throw error;
      return seen;
    }
  }

  /** A new build of the same input, with `retryOf`. */
  async retry(id: string, options: CreateOptions = {}): Promise<Build> {
    const { signal, idempotencyKey = randomUUID() } = options;
    return await this.#build(undefined, {
      method: 'POST',
      path: `${buildPath(id)}/retry`,
      headers: { 'idempotency-key': idempotencyKey },
      signal,
    });
  }

  /** The log as far as it goes, as text. */
  async logText(id: string, options: CallOptions = {}): Promise<string> {
    return await this.#transport.call(
      {
        method: 'GET',
        path: `${buildPath(id)}/logs`,
        headers: { accept: 'text/plain' },
        ...options,
      },
      async (response) => await response.text(),
    );
  }

  /** Each line once, as it comes, until the build ends; a lost connection is taken up where it broke. */
  log(
    id: string,
    options: CallOptions & { readonly after?: number } = {},
  ): AsyncGenerator<LogItem> {
    return followLog(this.#transport, `${buildPath(id)}/logs`, options);
  }

  async #look(
    of: Build | string,
    { signal, untoldMs }: WaitOptions,
    onUntold: (accepted: Build) => void,
  ): Promise<Build> {
    const ask = async (id: string): Promise<Build> =>
      await this.get(id, { signal, waitSeconds: secondsPerAsk });
    if (typeof of === 'string') return await ask(of);
    const untold = { signal, untoldMs, onUntold: () => onUntold(of) };
    return await untilTold(of.id, () => ask(of.id), untold);
  }

  async #build(waitSeconds: number | undefined, call: Call): Promise<Build> {
    if (waitSeconds === undefined) return await this.#transport.json(call, build);
    const wait = { query: { wait: `${waitSeconds}s` }, heldMs: waitSeconds * 1000 };
    return await this.#transport.json({ ...call, ...wait }, build);
  }
}

/** The digests that a refusal names as not proven by the team. */
export function missingLayers(error: unknown): readonly string[] | undefined {
  if (!(error instanceof FloeProblem) || error.code !== 'LAYERS_MISSING') return undefined;
  const digests = error.members['digests'] ?? error.members['layers'];
  return Array.isArray(digests) ? digests.filter((digest) => typeof digest === 'string') : [];
}

function buildPath(id: string): string {
  return `/api/v1/builds/${encodeURIComponent(id)}`;
}
