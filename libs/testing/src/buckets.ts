import { Client } from 'minio';

/** Where a server with buckets is, and who may use it. */
export interface BucketServer {
  readonly endpoint: string | URL;
  readonly accessKey: string;
  readonly secretKey: string;
}

/** A bucket, past whoever keeps bytes in it. */
export interface Bucket {
  readonly name: string;
  /** As the settings of a service name it. */
  readonly storeUrl: string;
  readonly client: Client;
  /** Of its objects. */
  readonly names: (prefix?: string) => Promise<readonly string[]>;
}

/** The server's own client. */
export function bucketClient({ endpoint, accessKey, secretKey }: BucketServer): Client {
  const { hostname, port } = new URL(endpoint);
  return new Client({
    endPoint: hostname,
    port: Number(port),
    useSSL: false,
    region: 'us-east-1',
    accessKey,
    secretKey,
  });
}

/** A new, empty one. */
export async function makeBucket(server: BucketServer, name: string): Promise<Bucket> {
  const client = bucketClient(server);
  await client.makeBucket(name);
  const query = new URLSearchParams({
    endpoint: new URL(server.endpoint).origin,
    region: 'us-east-1',
    pathStyle: 'true',
  });
  return {
    name,
    storeUrl: `s3://${name}?${query.toString()}`,
    client,
    async names(prefix = '') {
      const listed = await client.listObjectsV2(name, prefix, true).toArray();
      return listed.map((object) => object.name);
    },
  };
}
