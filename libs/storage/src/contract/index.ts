export { describeBlobStore, type StartedStore } from './describe-blob-store.ts';
