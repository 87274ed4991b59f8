/** No blob is visible under this digest. */
export class BlobMissing extends Error {
  override readonly name = 'BlobMissing';

  constructor(readonly digest: string) {
    super(`blob ${digest} is not in the store`);
  }
}

/** The store has fewer bytes of this blob than it claims: the disk or somebody else damaged it. */
export class BlobDamaged extends Error {
  override readonly name = 'BlobDamaged';
}

/** Received bytes that are neither there nor published: discarded, swept, or never received. */
export class ReceivedMissing extends Error {
  override readonly name = 'ReceivedMissing';

  constructor(readonly key: string) {
    super(`received bytes ${key} are not in the store`);
  }
}

/** The disk, the bucket or its quota is full. */
export class StoreFull extends Error {
  override readonly name = 'StoreFull';
}

/** The store cannot be reached, or does not answer as it should, for the moment; the same may succeed later. */
export class StoreAway extends Error {
  override readonly name = 'StoreAway';
}

/** The source gave more or fewer bytes than were announced. */
export class WrongSize extends Error {
  override readonly name = 'WrongSize';
}

/** Not of the form `sha256:` and 64 lower-case hexadecimal digits, or not a key of this store. */
export class InvalidName extends Error {
  override readonly name = 'InvalidName';
}
