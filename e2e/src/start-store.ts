import { makeBucket, startMinio } from '@floe/testing';

export interface RunningStore extends AsyncDisposable {
  /** For a platform that is to keep its bytes there. */
  readonly settings: Readonly<Record<string, string>>;
  names(prefix: string): Promise<readonly string[]>;
}

/** A real MinIO with an empty bucket. */
export async function startStore(): Promise<RunningStore> {
  await using opened = new AsyncDisposableStack();
  const server = opened.use(await startMinio());
  const bucket = await makeBucket(server, 'floe');
  const stack = opened.move();
  return {
    settings: {
      FLOE_STORE_URL: bucket.storeUrl,
      FLOE_STORE_ACCESS_KEY: server.accessKey,
      FLOE_STORE_SECRET_KEY: server.secretKey,
    },
    names: (prefix) => bucket.names(prefix),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
