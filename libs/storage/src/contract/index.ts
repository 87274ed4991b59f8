export { describeBlobStore, type StartedStore } from './describe-blob-store.ts';
export { describePartUploads } from './describe-part-uploads.ts';
