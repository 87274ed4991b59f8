import { type Image, imageOf } from '@floe/builds';
import type { Inference, Signature, Verdict } from '@floe/contracts';
import type { PublicHost } from '@floe/http';

import type { VersionRow } from '../application/catalogue-queries.ts';

/** `Version` of the public API. */
export interface VersionView {
  readonly team: string;
  readonly model: string;
  readonly version: number;
  readonly state: 'publishing' | 'released';
  readonly buildId: string;
  readonly image: Image | undefined;
  readonly framework?: string;
  readonly signature?: Signature;
  readonly verdict?: Verdict;
  readonly classLabels?: readonly string[];
  readonly evidence?: Inference['evidence'];
  readonly metadata: Readonly<Record<string, string>>;
  readonly runtime?: string;
  readonly files: { readonly count: number; readonly bytes: number };
  readonly uploadedAt: string;
  readonly assignedAt: string;
  readonly releasedAt?: string;
}

export function versionView(row: VersionRow, { host }: PublicHost): VersionView {
  const { team, model, version, buildId, told } = row;
  const { succeeded } = told;
  if (succeeded === undefined) throw new Error(`version ${team}/${model}:${version} has no build`);
  const { upload, inference } = succeeded;
  const { framework, signature, verdict, classLabels, evidence } = inference;
  return {
    team,
    model,
    version,
    state: row.releasedAt ? 'released' : 'publishing',
    buildId,
    image: imageOf(told, version, { team, model, registryHost: host }),
    ...(framework !== undefined && { framework }),
    ...(signature && { signature }),
    verdict,
    ...(classLabels.length > 0 && { classLabels }),
    evidence,
    metadata: upload.spec.metadata,
    ...(upload.spec.runtime !== undefined && { runtime: upload.spec.runtime }),
    files: { count: upload.fileCount, bytes: upload.fileBytes },
    uploadedAt: upload.uploadedAt,
    assignedAt: row.assignedAt.toISOString(),
    ...(row.releasedAt && { releasedAt: row.releasedAt.toISOString() }),
  };
}
