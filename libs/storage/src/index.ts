export { BlobReader, BlobStore, type ByteRange, type Received, type StoredBlob } from './blob-store.ts';
export { BlobMissing, StoreFull } from './errors.ts';
