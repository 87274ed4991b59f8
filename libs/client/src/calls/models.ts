import {
  type Model,
  model,
  type Version,
  version,
  type VersionFile,
  versionFile,
} from '../answers/model.ts';
import { type Page, pageOf } from '../answers/page.ts';
import type { Transport } from '../transport/transport.ts';
import { type ModelName, modelPath, type VersionName, versionPath } from './names.ts';
import type { CallOptions, ListOptions } from './options.ts';

export interface ModelsQuery extends ListOptions {
  readonly team?: string | undefined;
  /** A part of the name. */
  readonly q?: string | undefined;
}

/** Models and their versions. */
export class Models {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async list(query: ModelsQuery = {}): Promise<Page<Model>> {
    const { signal, ...rest } = query;
    return await this.#transport.json(
      { method: 'GET', path: '/api/v1/models', query: rest, signal },
      pageOf(model),
    );
  }

  async get(name: ModelName, options: CallOptions = {}): Promise<Model> {
    return await this.#transport.json({ method: 'GET', path: modelPath(name), ...options }, model);
  }

  async versions(name: ModelName, options: ListOptions = {}): Promise<Page<Version>> {
    const { signal, ...query } = options;
    return await this.#transport.json(
      { method: 'GET', path: `${modelPath(name)}/versions`, query: { ...query }, signal },
      pageOf(version),
    );
  }

  async version(name: ModelName, which: VersionName, options: CallOptions = {}): Promise<Version> {
    return await this.#transport.json(
      { method: 'GET', path: versionPath(name, which), ...options },
      version,
    );
  }

  /** The files of a version, in the order of their paths. */
  async files(
    name: ModelName,
    which: VersionName,
    options: ListOptions = {},
  ): Promise<Page<VersionFile>> {
    const { signal, ...query } = options;
    return await this.#transport.json(
      { method: 'GET', path: `${versionPath(name, which)}/files`, query: { ...query }, signal },
      pageOf(versionFile),
    );
  }
}
