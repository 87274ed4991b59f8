import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { z } from 'zod';

import { UsageError } from '../errors.ts';

const cluster = z.object({
  url: z.url({ protocol: /^https?$/ }),
  token: z.string().min(1).optional(),
  team: z.string().min(1).optional(),
});

const config = z.object({
  current: z.string().optional(),
  clusters: z.record(z.string(), cluster).default({}),
});

/** A platform that the user works with. */
export type Cluster = z.output<typeof cluster>;
export type Config = z.output<typeof config>;

/** The platform on this machine, when no other was named. */
export const localCluster: Cluster = { url: 'http://localhost:8080' };

/** The user's clusters; tokens are in it, so that only the user may read it. */
export class ConfigFile {
  constructor(private readonly path: string) {}

  /** @throws UsageError when the file is there and cannot be understood. */
  async read(): Promise<Config> {
    const text = await readFile(this.path, 'utf8').catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '{}';
      throw error;
    });
    try {
      return config.parse(JSON.parse(text));
    } catch (error) {
      const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
      throw new UsageError(`${this.path} cannot be understood: ${reason}`, 'correct or delete it');
    }
  }

  async write(next: Config): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    const temporary = `${this.path}.${process.pid}`;
    await writeFile(temporary, `${JSON.stringify(next, undefined, 2)}\n`, { mode: 0o600 });
    await rename(temporary, this.path);
  }
}

/** What a user may mean by a cluster, parsed; undefined when it cannot be one. */
export function parseCluster(value: unknown): Cluster | undefined {
  return cluster.safeParse(value).data;
}
