/** No blob is visible under this digest. */
export class BlobMissing extends Error {
  override readonly name = 'BlobMissing';

  constructor(readonly digest: string) {
    super(`blob ${digest} is not in the store`);
  }
}

/** The disk, the bucket or its quota is full. */
export class StoreFull extends Error {
  override readonly name = 'StoreFull';
}
