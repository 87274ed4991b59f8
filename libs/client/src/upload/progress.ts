import type { Build } from '../answers/build.ts';

/** How far an upload is. Bytes are bytes of layers. */
export type UploadProgress =
  | {
      readonly stage: 'laid-out';
      readonly files: number;
      readonly layers: number;
      readonly totalBytes: number;
    }
  | { readonly stage: 'hashing'; readonly doneBytes: number; readonly totalBytes: number }
  | {
      readonly stage: 'sending';
      readonly doneBytes: number;
      /** Of the layers that the team did not have. */
      readonly totalBytes: number;
      readonly layers: number;
      readonly presentLayers: number;
      /** Paths of the layers that are being sent: the file of a layer of one, else the first of several. */
      readonly inFlight: readonly string[];
    }
  /** The build is asked for; the platform may hold its answer until the build ends. */
  | { readonly stage: 'asking' }
  | { readonly stage: 'building'; readonly build: Build };

export type OnProgress = (progress: UploadProgress) => void;
