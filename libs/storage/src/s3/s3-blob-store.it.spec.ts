import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';

import { bucketClient, hasMinio, type Minio, startMinio } from '@floe/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { describeBlobStore, describePartUploads, type StartedStore } from '../contract/index.ts';
import { never } from '../contract/started-store.ts';
import { S3BlobStore } from './s3-blob-store.ts';
import { parseS3Location, type S3Location } from './s3-location.ts';

/** S3 takes no smaller ones, but the last. */
const LEAST_PART_BYTES = 5 * 1024 * 1024;

describe.runIf(hasMinio())('on a real MinIO server', () => {
  let minio: Minio;
  beforeAll(async () => {
    minio = await startMinio();
  }, 120_000);
  afterAll(() => minio[Symbol.asyncDispose]());

  describeBlobStore('S3BlobStore', () => startS3Store(minio));
  describePartUploads('S3BlobStore', () => startS3Store(minio), LEAST_PART_BYTES);

  describe('S3BlobStore', () => {
    it('tells when the bucket is missing', async () => {
      const store = new S3BlobStore({ ...locationOf(minio, 'no-such-bucket') });

      await expect(store.check(never)).rejects.toThrow('NoSuchBucket');
      await expect(store.stat(`sha256:${'a'.repeat(64)}`)).rejects.toThrow('NoSuchBucket');
    });

    it('tells when the key is wrong', async () => {
      const store = new S3BlobStore({ ...locationOf(minio, 'any'), secretKey: 'not-the-secret' });

      await expect(store.check(never)).rejects.toThrow('SignatureDoesNotMatch');
    });
  });
});

async function startS3Store(minio: Minio): Promise<StartedStore> {
  const location = locationOf(minio, `store-${randomUUID()}`);
  const client = bucketClient(location);
  await client.makeBucket(location.bucket);
  return {
    store: new S3BlobStore(location),
    another: async () => new S3BlobStore(location),
    async unpublished() {
      const pointers = await pointersAway(client, location.bucket);
      const objects = await names(client, location.bucket, 'objects/');
      const markers = await names(client, location.bucket, 'received/');
      return markers.length > 0
        ? markers.map((name) => name.slice('received/'.length))
        : objects.slice(pointers);
    },
    async [Symbol.asyncDispose]() {},
  };
}

/** Small blobs lie in their pointers, all others have an object each. */
async function pointersAway(
  client: ReturnType<typeof bucketClient>,
  bucket: string,
): Promise<number> {
  let away = 0;
  for (const name of await names(client, bucket, 'blobs/'))
    if ((await text(await client.getObject(bucket, name))).includes('"key":')) away += 1;
  return away;
}

function locationOf({ endpoint, accessKey, secretKey }: Minio, bucket: string): S3Location {
  const query = new URLSearchParams({ endpoint, pathStyle: 'true' });
  return parseS3Location(`s3://${bucket}?${query.toString()}`, { accessKey, secretKey });
}

async function names(
  client: ReturnType<typeof bucketClient>,
  bucket: string,
  prefix: string,
): Promise<string[]> {
  const listed = await client.listObjectsV2(bucket, prefix, true).toArray();
  return listed.map(({ name }) => name);
}
