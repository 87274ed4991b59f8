import { homedir } from 'node:os';
import { join } from 'node:path';

import { bucketClient, startMinio } from '@floe/testing';

import { type Ran, runCommand } from '../run-command.ts';
import type { Env } from '../run-process.ts';

const BUCKET = 'floe';

export interface RunningStore extends AsyncDisposable {
  /** For whoever is to keep bytes there. */
  readonly settings: Env;
  /** Runs MinIO's own client, which knows the bucket as `bench/floe`. */
  mc(...words: readonly string[]): Promise<Ran>;
  /** Puts a file there with the `minio` client, in parts, as any program in Node.js would; gives the seconds. */
  put(name: string, file: string): Promise<number>;
}

/** A real MinIO with an empty bucket. */
export async function startStore(): Promise<RunningStore> {
  await using opened = new AsyncDisposableStack();
  const { endpoint, accessKey, secretKey } = opened.use(await startMinio());
  const url = new URL(endpoint);
  url.username = accessKey;
  url.password = secretKey;
  const mc = (...words: readonly string[]): Promise<Ran> =>
    runCommand(program(), ['--quiet', ...words], { env: { MC_HOST_bench: url.href } });
  await mc('mb', `bench/${BUCKET}`);
  const stack = opened.move();
  return {
    settings: {
      FLOE_STORE_URL: `s3://${BUCKET}?endpoint=${endpoint}&region=us-east-1&pathStyle=true`,
      FLOE_STORE_ACCESS_KEY: accessKey,
      FLOE_STORE_SECRET_KEY: secretKey,
    },
    mc,
    async put(name, file) {
      const client = bucketClient({ endpoint, accessKey, secretKey });
      const begun = performance.now();
      await client.fPutObject(BUCKET, name, file);
      return (performance.now() - begun) / 1_000;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

function program(): string {
  // oxlint-disable-next-line node/no-process-env -- where the install scripts of the workspace put programs
  return join(process.env['FLOE_CACHE'] ?? join(homedir(), '.cache/floe'), 'bin/mc');
}
