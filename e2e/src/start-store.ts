import { startMinio } from '@floe/testing';
import { Client } from 'minio';

const BUCKET = 'floe';

export interface RunningStore extends AsyncDisposable {
  /** For a platform that is to keep its bytes there. */
  readonly settings: Readonly<Record<string, string>>;
  names(prefix: string): Promise<readonly string[]>;
}

/** A real MinIO with an empty bucket. */
export async function startStore(): Promise<RunningStore> {
  await using opened = new AsyncDisposableStack();
  const { endpoint, accessKey, secretKey } = opened.use(await startMinio());
  const { hostname, port } = new URL(endpoint);
  const client = new Client({
    endPoint: hostname,
    port: Number(port),
    useSSL: false,
    accessKey,
    secretKey,
  });
  await client.makeBucket(BUCKET);
  const stack = opened.move();
  return {
    settings: {
      FLOE_STORE_URL: `s3://${BUCKET}?endpoint=${endpoint}&region=us-east-1&pathStyle=true`,
      FLOE_STORE_ACCESS_KEY: accessKey,
      FLOE_STORE_SECRET_KEY: secretKey,
    },
    async names(prefix) {
      const listed = await client.listObjectsV2(BUCKET, prefix, true).toArray();
      return listed.map(({ name }) => name);
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
