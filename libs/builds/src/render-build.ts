import type { BuildSpec, Inference, Signature, Verdict, Warning } from '@floe/contracts';

import { type BuildState, type Moment, stateOf, timelineOf } from './state-of.ts';
import type { Told } from './told.ts';
import { warningsOf } from './warnings-of.ts';

/** `Build` of the public API. */
export interface Build {
  readonly id: string;
  readonly team: string;
  readonly model: string;
  readonly state: BuildState;
  readonly version?: number;
  readonly image?: Image;
  readonly framework?: string;
  readonly signature?: Signature;
  readonly verdict?: Verdict;
  readonly classLabels?: readonly string[];
  readonly evidence?: Inference['evidence'];
  readonly error?: BuildError;
  /** Why it takes longer than usual. */
  readonly delayed?: string;
  readonly warnings: readonly Warning[];
  readonly timeline: readonly Moment[];
  readonly files?: { readonly count: number; readonly bytes: number };
  readonly spec?: BuildSpec;
  readonly retryOf?: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly endedAt?: string;
}

export interface Image {
  /** By tag: the version's number. */
  readonly reference?: string;
  readonly digest: string;
  /** By digest. */
  readonly pinned: string;
  readonly sizeBytes?: number;
}

export interface BuildError {
  readonly stage: string;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export interface RenderContext {
  readonly id: string;
  readonly team: string;
  readonly model: string;
  /** Host of the registry, as users write it before the repository. */
  readonly registryHost: string;
  readonly now: Date;
}

const LATE_MS = 10_000;

/** What the public API shows of a build, from what its facts have told. */
export function renderBuild(told: Told, context: RenderContext): Build {
  const { uploaded, inferred, rejected, succeeded, assigned, ended } = told;
  const { id, team, model } = context;
  const upload = uploaded?.upload ?? inferred?.upload ?? succeeded?.upload;
  const inference =
    ended?.inference ?? succeeded?.inference ?? inferred?.inference ?? rejected?.inference;
  const version = ended?.version ?? assigned?.version;
  const image = imageOf(told, version, context);
  const moments = Object.values(told).map(({ at }: { at: string }) => at);
  const createdAt = upload?.uploadedAt ?? moments.toSorted()[0] ?? context.now.toISOString();
  return {
    id,
    team,
    model,
    state: stateOf(told),
    ...(version !== undefined && { version }),
    ...(image && { image }),
    ...(inference && inferenceView(inference)),
    ...errorOf(told),
    ...delayOf(told, context.now),
    warnings: warningsOf(told),
    timeline: timelineOf(told),
    ...(upload && { files: { count: upload.fileCount, bytes: upload.fileBytes } }),
    ...(upload && { spec: upload.spec }),
    ...(upload?.retryOf !== undefined && { retryOf: upload.retryOf }),
    createdAt,
    updatedAt: moments.toSorted().at(-1) ?? createdAt,
    ...(ended && { endedAt: ended.at }),
  };
}

function inferenceView({
  framework,
  verdict,
  signature,
  classLabels,
  evidence,
}: Inference): Partial<Build> {
  return {
    ...(framework !== undefined && { framework }),
    ...(signature && { signature }),
    verdict,
    ...(classLabels.length > 0 && { classLabels }),
    evidence,
  };
}

/** The image as its readers name it; by tag only once a number was given. */
export function imageOf(
  told: Pick<Told, 'succeeded' | 'ended' | 'assigned'>,
  version: number | undefined,
  { team, model, registryHost }: Pick<RenderContext, 'team' | 'model' | 'registryHost'>,
): Image | undefined {
  const { succeeded, ended, assigned } = told;
  const digest = succeeded?.imageDigest ?? ended?.imageDigest ?? assigned?.imageDigest;
  if (digest === undefined) return undefined;
  const repository = `${registryHost}/${team}/${model}`;
  const sizeBytes = succeeded?.imageBytes ?? ended?.imageBytes;
  return {
    ...(version !== undefined && { reference: `${repository}:${version}` }),
    digest,
    pinned: `${repository}@${digest}`,
    ...(sizeBytes !== undefined && { sizeBytes }),
  };
}

function errorOf({ ended }: Told): { readonly error?: BuildError } {
  if (ended?.outcome !== 'failed') return {};
  const { stage = 'received', code = 'INTERNAL', message = 'The build failed.', hint } = ended;
  return { error: { stage, code, message, ...(hint !== undefined && { hint }) } };
}

function delayOf({ assigned, ended }: Told, now: Date): { readonly delayed?: string } {
  if (!assigned || ended) return {};
  const waitedMs = now.getTime() - Date.parse(assigned.at);
  if (waitedMs < LATE_MS) return {};
  return {
    delayed: `The registry has not confirmed the tag for ${Math.round(waitedMs / 1_000)} s; publishing goes on by itself.`,
  };
}
