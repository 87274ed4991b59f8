export {
  BlobReader,
  BlobStore,
  type ByteRange,
  type Received,
  type StoredBlob,
  type StoreHealth,
} from './blob-store.ts';
export {
  BlobDamaged,
  BlobMissing,
  InvalidName,
  ReceivedMissing,
  StoreAway,
  StoreFull,
  WrongSize,
} from './errors.ts';
export { FileBlobStore } from './file/file-blob-store.ts';
export { openBlobStore } from './open-blob-store.ts';
export {
  type PartBody,
  partCount,
  partRange,
  type PartUpload,
  PartUploads,
} from './part-uploads.ts';
export { S3BlobStore } from './s3/s3-blob-store.ts';
export { S3Failure } from './s3/s3-failure.ts';
export { own, spend } from './spent.ts';
export { spentWhenSent } from './spent-when-sent.ts';
export { wholeIfSmall } from './whole-if-small.ts';
