import { join } from 'node:path';

import { type DigestCache, FileDigestCache, FloeClient } from '@floe/client';

import { type Cluster, ConfigFile, localCluster, parseCluster } from './config/config-file.ts';
import { UsageError } from './errors.ts';
import type { Settings } from './settings.ts';
import type { Terminal } from './terminal/terminal.ts';

/** What every command gets. */
export class Context {
  readonly config: ConfigFile;
  readonly digests: DigestCache;
  /** Set by a command that ends well with another code than 0. */
  exitCode = 0;

  constructor(
    readonly terminal: Terminal,
    readonly settings: Settings,
    /** Aborted by Ctrl-C. */
    readonly signal: AbortSignal,
    /** The command line as it was given. */
    readonly words: readonly string[],
  ) {
    this.config = new ConfigFile(settings.configFile);
    this.digests = new FileDigestCache(join(settings.cacheFolder, 'digests.json'));
  }

  /** The platform that is meant: the environment's, else the current cluster, else this machine's. */
  async cluster(): Promise<Cluster> {
    const { url, token } = this.settings;
    const { current, clusters } = await this.config.read();
    const chosen = (current === undefined ? undefined : clusters[current]) ?? localCluster;
    // A token belongs to its cluster: it is not sent to the address of the environment.
    if (url !== undefined) return fromEnvironment(url, token);
    return { ...chosen, ...(token !== undefined && { token }) };
  }

  async client(): Promise<FloeClient> {
    const { url, token } = await this.cluster();
    return new FloeClient({ url, token });
  }

  /** The team of names that are written without one. */
  async team(): Promise<string> {
    return (await this.cluster()).team ?? 'default';
  }
}

function fromEnvironment(url: string, token: string | undefined): Cluster {
  const cluster = parseCluster({ url, token });
  if (cluster !== undefined) return cluster;
  throw new UsageError(`FLOE_URL is "${url}", which is no address`, 'write http://… or https://…');
}
