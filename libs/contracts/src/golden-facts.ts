import type { FactType } from '@floe/messaging';

import { AliasMoved } from './alias-moved.ts';
import { BuildCancelRequested } from './build-cancel-requested.ts';
import { BuildCancelled } from './build-cancelled.ts';
import { BuildEnded } from './build-ended.ts';
import { BuildFailed } from './build-failed.ts';
import { BuildLogged } from './build-logged.ts';
import { BuildQueued } from './build-queued.ts';
import { BuildStarted } from './build-started.ts';
import { BuildSucceeded } from './build-succeeded.ts';
import { ImagePublished } from './image-published.ts';
import { ModelUploaded } from './model-uploaded.ts';
import { SignatureInferred } from './signature-inferred.ts';
import { SignatureRejected } from './signature-rejected.ts';
import type { Inference, Signature } from './signature.ts';
import type { Upload, Warning } from './upload.ts';
import { VersionAssigned } from './version-assigned.ts';

const at = '2026-01-02T03:04:05.678Z';
const imageDigest = `sha256:${'ab'.repeat(32)}`;
const identity = {
  team: 'demo',
  model: 'iris',
  buildId: '019b0000-0000-7000-8000-000000000001',
  at,
};

const signature: Signature = {
  name: 'predict',
  inputs: [
    { name: 'x', dtype: 'DT_FLOAT', shape: [-1, 4] },
    { name: null, dtype: null, shape: null, optional: true, profile: 'NUMERICAL' },
  ],
  outputs: [
    { name: 'y', dtype: 'DT_INT64', shape: [] },
    {
      name: 'scores',
      dtype: 'DT_MAP',
      shape: [],
      fields: [{ name: 'setosa', dtype: 'DT_FLOAT', shape: [-1] }],
    },
  ],
};

const inference: Inference = {
  framework: 'onnx',
  frameworkVersion: '1.18.0',
  artifact: 'onnx',
  verdict: 'exact',
  signature,
  evidence: {
    '/inputs/0/dtype': { status: 'proven', path: 'm.onnx', locator: 'graph', reader: 'onnx' },
  },
  classLabels: ['setosa', 'virginica'],
};

const warnings: readonly Warning[] = [
  { code: 'CELL_UNKNOWN', message: 'not known', pointer: '/inputs/1/dtype' },
  { code: 'PATHS_DIFFER_BY_CASE', message: 'a and A' },
];

const upload: Upload = {
  layers: [{ digest: imageDigest, sizeBytes: 5_000_000_000 }],
  spec: {
    contract: signature,
    runtime: 'floe/python:3.11',
    installCommand: 'pip install -r requirements.txt',
    needsAllFiles: true,
    metadata: { author: 'ada' },
    aliases: ['production'],
    allowUnknownSignature: true,
    signatureOverride: 'measured by hand',
  },
  layout: 1,
  fileCount: 2,
  fileBytes: 4_999_000_000,
  uploadedAt: at,
  retryOf: '019b0000-0000-7000-8000-000000000000',
  warnings,
};

interface GoldenFact<Fact> {
  readonly type: FactType<Fact>;
  readonly fact: Fact;
}

function golden<Fact>(type: FactType<Fact>, fact: Fact): GoldenFact<unknown> {
  return { type, fact };
}

/** One fact of each type with every field set, as its golden bytes hold it. */
export const goldenFacts: readonly GoldenFact<unknown>[] = [
  golden(ModelUploaded, { ...identity, upload }),
  golden(BuildCancelRequested, identity),
  golden(SignatureInferred, { ...identity, upload, inference, warnings, startedAt: at }),
  golden(SignatureRejected, {
    ...identity,
    code: 'SIGNATURE_UNKNOWN',
    message: 'No signature was found.',
    hint: 'Declare a contract.',
    inference,
    cancelled: true,
    startedAt: at,
  }),
  golden(BuildQueued, identity),
  golden(BuildStarted, { ...identity, attempt: 2 }),
  golden(BuildLogged, { ...identity, lines: [{ n: 1, at, stream: 'stdout', text: 'hello' }] }),
  golden(BuildSucceeded, {
    ...identity,
    imageDigest,
    imageBytes: 5_000_000_123,
    upload,
    inference,
    warnings,
  }),
  golden(BuildFailed, { ...identity, code: 'INTERNAL', message: 'No.', hint: 'Try again.' }),
  golden(BuildCancelled, identity),
  golden(VersionAssigned, { ...identity, imageDigest, version: 7 }),
  golden(AliasMoved, { ...identity, alias: 'production', version: 7, imageDigest, sequence: 3 }),
  golden(ImagePublished, { ...identity, imageDigest, version: 7, repository: 'demo/iris' }),
  golden(BuildEnded, {
    ...identity,
    outcome: 'released',
    version: 7,
    imageDigest,
    imageBytes: 5_000_000_123,
    stage: 'building',
    code: 'INTERNAL',
    message: 'No.',
    hint: 'Try again.',
    inference,
    warnings,
    timeline: [{ state: 'received', at }],
  }),
];
