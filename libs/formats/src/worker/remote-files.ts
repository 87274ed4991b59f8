import type { MessagePort } from 'node:worker_threads';

import { type ByteRange, type ModelFile, ModelFiles } from '../files/model-files.ts';
import type { Report } from './messages.ts';

/** Files that the worker's owner reads for it. */
export class RemoteFiles extends ModelFiles {
  private readonly files: readonly ModelFile[];
  private readonly port: MessagePort;
  private readonly waiting = new Map<number, (bytes: Uint8Array) => void>();
  private lastId = 0;

  constructor(files: readonly ModelFile[], port: MessagePort) {
    super();
    this.files = files;
    this.port = port;
  }

  override list(): readonly ModelFile[] {
    return this.files;
  }

  override async read(path: string, range: ByteRange, signal: AbortSignal): Promise<Uint8Array> {
    signal.throwIfAborted();
    this.lastId += 1;
    const id = this.lastId;
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    const stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
    this.waiting.set(id, resolve);
    this.port.postMessage({ kind: 'read', id, path, range } satisfies Report);
    try {
      return await promise;
    } finally {
      this.waiting.delete(id);
      signal.removeEventListener('abort', stop);
    }
  }

  /** To be called when the bytes of a read arrive. */
  receive(id: number, bytes: Uint8Array): void {
    this.waiting.get(id)?.(bytes);
  }
}
