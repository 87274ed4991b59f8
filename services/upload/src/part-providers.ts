import type { Provider } from '@nestjs/common';

import { AskBlobs, PartBytes } from './application/ask-blobs.ts';
import { CompleteUpload } from './application/complete-upload.ts';
import { DropUploads } from './application/drop-uploads.ts';
import { FindUpload } from './application/find-upload.ts';
import { LayerProofs } from './application/layer-proofs.ts';
import { LiveUploads } from './application/live-uploads.ts';
import { ReceivePart } from './application/receive-part.ts';
import { BytesInFlight, OpenBodies } from './application/shares.ts';
import { Slabs } from './application/slabs.ts';
import { UploadProofs } from './application/upload-proofs.ts';
import { UploadSessions } from './application/upload-sessions.ts';
import { PostgresUploadSessions } from './infrastructure/postgres-upload-sessions.ts';
import { ThreadedProofs } from './infrastructure/proof/threaded-proofs.ts';
import { type PartSettings, proofThreadsOf } from './part-settings.ts';

/** What takes blobs in parts, and what bounds all that is on its way in; `partBytes` is the usual size of a part. */
export function partProviders(settings: PartSettings, partBytes: number): Provider[] {
  const { uploadMaxBytesInFlight, uploadTeamMaxBytesInFlight } = settings;
  const { uploadMaxOpen, uploadTeamMaxOpen } = settings;
  return [
    AskBlobs,
    CompleteUpload,
    DropUploads,
    FindUpload,
    LiveUploads,
    ReceivePart,
    UploadProofs,
    {
      provide: BytesInFlight,
      useFactory: () => new BytesInFlight(uploadMaxBytesInFlight, uploadTeamMaxBytesInFlight),
    },
    { provide: OpenBodies, useFactory: () => new OpenBodies(uploadMaxOpen, uploadTeamMaxOpen) },
    { provide: Slabs, useFactory: () => new Slabs(settings.uploadProofMemoryBytes) },
    { provide: PartBytes, useFactory: () => new PartBytes(partBytes) },
    { provide: UploadSessions, useClass: PostgresUploadSessions },
    { provide: ThreadedProofs, useFactory: () => new ThreadedProofs(proofThreadsOf(settings)) },
    { provide: LayerProofs, useExisting: ThreadedProofs },
  ];
}
