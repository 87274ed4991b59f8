import {
  type Inspection,
  inspection,
  type Platform,
  platform,
  type Readiness,
  readiness,
} from './answers/platform.ts';
import { Aliases } from './calls/aliases.ts';
import { Blobs } from './calls/blobs.ts';
import { Builds } from './calls/builds.ts';
import { Models } from './calls/models.ts';
import type { CallOptions } from './calls/options.ts';
import { readOnce } from './calls/read-once.ts';
import { Uploads } from './calls/uploads.ts';
import { Images } from './registry/images.ts';
import type { Body } from './transport/body.ts';
import { Transport, type TransportOptions } from './transport/transport.ts';
import { type EventItem, type EventsQuery, followEvents } from './watch/events.ts';

/**
 * Floe's API, typed. Every method throws FloeProblem when the platform says no, PlatformUnreachable when it
 * says nothing, and the signal's reason when it is aborted.
 */
export class FloeClient {
  readonly url: string;
  readonly blobs: Blobs;
  readonly uploads: Uploads;
  readonly builds: Builds;
  readonly models: Models;
  readonly aliases: Aliases;
  readonly images: Images;
  readonly #transport: Transport;

  constructor(options: TransportOptions) {
    this.#transport = new Transport(options);
    this.url = this.#transport.url;
    this.blobs = new Blobs(this.#transport);
    this.uploads = new Uploads(this.#transport);
    this.builds = new Builds(this.#transport);
    this.models = new Models(this.#transport);
    this.aliases = new Aliases(this.#transport);
    this.images = new Images(this.#transport);
  }

  async platform(options: CallOptions = {}): Promise<Platform> {
    return await this.#transport.json(
      { method: 'GET', path: '/api/v1/platform', ...options },
      platform,
    );
  }

  /** Whether the process at this address is ready, and its parts; `undefined` where the address does not tell. */
  async readiness({ signal }: CallOptions = {}): Promise<Readiness | undefined> {
    const text = await readOnce(this.#transport, '/readyz', signal);
    return text === undefined ? undefined : readiness.parse(JSON.parse(text));
  }

  /** Its metrics in the text format of Prometheus; `undefined` where the address has none. */
  async metrics({ signal }: CallOptions = {}): Promise<string | undefined> {
    return await readOnce(this.#transport, '/metrics', signal);
  }

  /** What the platform understands of an archive or a file; nothing is kept. */
  async inspect(body: Body, options: CallOptions = {}): Promise<Inspection> {
    return await this.#transport.json(
      { method: 'POST', path: '/api/v1/inspect', body, ...options },
      inspection,
    );
  }

  /** Facts as they happen, without end. */
  events(query: EventsQuery = {}): AsyncGenerator<EventItem> {
    return followEvents(this.#transport, query);
  }
}
