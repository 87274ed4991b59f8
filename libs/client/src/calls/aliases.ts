import { type Alias, alias, type AliasMove, aliasMove } from '../answers/model.ts';
import { type Page, pageOf } from '../answers/page.ts';
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

  /** @throws FloeProblem `ALIAS_MOVED` when it does not point to `expected`. */
  async set(
    model: ModelName,
    name: string,
    version: number,
    options: SetAliasOptions = {},
  ): Promise<Alias> {
    const { expected, signal } = options;
    return await this.#transport.json(
      {
        method: 'PUT',
        path: aliasPath(model, name),
        body: { json: { version, ...(expected !== undefined && { expected }) } },
        signal,
      },
      alias,
    );
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
