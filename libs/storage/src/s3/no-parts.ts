import { PartsNotSupported } from '../errors.ts';
import { PartUploads } from '../part-uploads.ts';

/** Buckets take whole blobs only. */
export class NoParts extends PartUploads {
  override async open(): Promise<never> {
    throw new PartsNotSupported();
  }

  override async write(): Promise<never> {
    throw new PartsNotSupported();
  }

  override localFile(): never {
    throw new PartsNotSupported();
  }

  override async finish(): Promise<never> {
    throw new PartsNotSupported();
  }

  override async abort(): Promise<void> {}
}
