import type { ReadinessCheck } from '@floe/http';
import { type BlobStore, openBlobStore } from '@floe/storage';

interface StoreSettings {
  readonly storeUrl: string;
  readonly storeAccessKey?: string | undefined;
  readonly storeSecretKey?: string | undefined;
}

/** The store of the settings. Throws TypeError when it is S3 without keys; a bucket that is away is told by `check()`. */
export function openStore({
  storeUrl,
  storeAccessKey,
  storeSecretKey,
}: StoreSettings): Promise<BlobStore> {
  return storeAccessKey === undefined || storeSecretKey === undefined
    ? openBlobStore(storeUrl)
    : openBlobStore(storeUrl, { accessKey: storeAccessKey, secretKey: storeSecretKey });
}

/** Whether the store takes bytes now. */
export function storeCheck(store: Pick<BlobStore, 'check'>): ReadinessCheck {
  return { name: 'store', check: async (signal) => void (await store.check(signal)) };
}
