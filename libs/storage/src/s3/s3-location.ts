/** Where a bucket is, and who asks. */
export interface S3Location {
  readonly endpoint: URL;
  readonly bucket: string;
  readonly region: string;
  /** `https://host/bucket/key` instead of `https://bucket.host/key`. */
  readonly pathStyle: boolean;
  readonly accessKey: string;
  readonly secretKey: string;
}

/** Reads `s3://bucket?endpoint=…&region=…&pathStyle=true`; throws TypeError saying what is wrong with it. */
export function parseS3Location(
  text: string,
  keys: Pick<S3Location, 'accessKey' | 'secretKey'>,
): S3Location {
  const url = new URL(text);
  if (url.protocol !== 's3:' || url.hostname === '') throw new TypeError('s3://bucket is missing');
  const endpoint = url.searchParams.get('endpoint');
  if (endpoint === null) throw new TypeError('?endpoint= is missing');
  return {
    endpoint: new URL(endpoint),
    bucket: url.hostname,
    region: url.searchParams.get('region') ?? 'us-east-1',
    pathStyle: url.searchParams.get('pathStyle') === 'true',
    ...keys,
  };
}
