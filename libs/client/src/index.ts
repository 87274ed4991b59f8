export { type Build, type BuildState, hasEnded, type Image } from './answers/build.ts';
export type { AliasMove, Model, Version, VersionFile } from './answers/model.ts';
export { everyItem, type Page } from './answers/page.ts';
export type { Inspection, Platform, Readiness } from './answers/platform.ts';
export type { Evidence, Field, Signature, Warning } from './answers/signature.ts';
export type { BuildRequest, BuildSpec } from './calls/build-request.ts';
export type { ModelName, VersionName } from './calls/names.ts';
export { FloeClient } from './floe-client.ts';
export { type Descriptor, type Manifest } from './registry/images.ts';
export { FolderNotEmpty } from './registry/begun-pull.ts';
export { pull, type Pulled, type PullOptions } from './registry/pull.ts';
export {
  AnswerNotUnderstood,
  BuildUntold,
  DigestWrong,
  type Fault,
  FloeProblem,
  PlatformUnreachable,
} from './transport/errors.ts';
export type { TransportOptions } from './transport/transport.ts';
export {
  BlobSender,
  type OutgoingBlob,
  type SendOptions,
  WholeBlobSender,
} from './upload/blob-sender.ts';
export { DigestCache, FileDigestCache, NoDigestCache } from './upload/digest-cache.ts';
export { inFlight } from './upload/in-flight.ts';
export { LocalModel } from './upload/local-model.ts';
export type { UploadProgress } from './upload/progress.ts';
export { PartSender } from './upload/part-sender.ts';
export { presentLayers } from './upload/present-layers.ts';
export { unchangedVersion } from './upload/unchanged-version.ts';
export { upload, type Uploaded, type UploadOptions } from './upload/upload.ts';
export { WalkError } from './walk/errors.ts';
export type { LocalItem } from './walk/local-file.ts';
export { type Walked, walk } from './walk/walk.ts';
export type { EventItem, EventsQuery, Fact } from './watch/events.ts';
export type { LogItem, LogLine } from './watch/follow-log.ts';
