import { type AliasMove, aliasMove } from '../answers/model.ts';
import { type Page, pageOf } from '../answers/page.ts';
import { FloeProblem } from '../transport/errors.ts';
import type { Transport } from '../transport/transport.ts';
import { type ModelName, modelPath } from './names.ts';
import type { CallOptions, ListOptions } from './options.ts';

export interface SetAliasOptions extends CallOptions {
  /** The version that the alias must point to now; 0 = it must not exist yet. */
  readonly expected?: number | undefined;
}

/** The movable names of a model's versions. */
export class Aliases {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** @throws FloeProblem `ALIAS_MOVED` when it points neither to `expected` nor, already, to `version`. */
  async set(
    model: ModelName,
    name: string,
    version: number,
    options: SetAliasOptions = {},
  ): Promise<void> {
    const { expected, signal } = options;
    const body = { json: { version, ...(expected !== undefined && { expected }) } };
    const call = { method: 'PUT', path: aliasPath(model, name), body, signal } as const;
    try {
      await this.#transport.call(call, async (response) => await response.arrayBuffer());
    } catch (error) {
      // The answer to an earlier attempt may have been lost after the alias was moved.
      const isThere = error instanceof FloeProblem && error.members['version'] === version;
      if (!isThere || error.code !== 'ALIAS_MOVED') throw error;
    }
  }

  async remove(model: ModelName, name: string, options: CallOptions = {}): Promise<void> {
    await this.#transport.call(
      { method: 'DELETE', path: aliasPath(model, name), ...options },
      async (response) => {
        await response.arrayBuffer();
      },
    );
  }

  /** Its moves, newest first. */
  async history(
    model: ModelName,
    name: string,
    options: ListOptions = {},
  ): Promise<Page<AliasMove>> {
    const { signal, ...query } = options;
    return await this.#transport.json(
      { method: 'GET', path: `${aliasPath(model, name)}/history`, query: { ...query }, signal },
      pageOf(aliasMove),
    );
  }
}

function aliasPath(model: ModelName, name: string): string {
  return `${modelPath(model)}/aliases/${encodeURIComponent(name)}`;
}
