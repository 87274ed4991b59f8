import type {
  BuildCancelled,
  BuildCancelRequested,
  BuildEnded,
  BuildFailed,
  BuildQueued,
  BuildStarted,
  BuildSucceeded,
  ImagePublished,
  ModelUploaded,
  SignatureInferred,
  SignatureRejected,
  VersionAssigned,
} from '@floe/contracts';

/**
 * Everything that facts have told of one build, each kind at most once. Topics have no order among each other: what a
 * build is follows from the set of its facts alone, whatever the order and however often they came.
 */
export interface Told {
  readonly uploaded?: ModelUploaded;
  readonly cancelRequested?: BuildCancelRequested;
  readonly inferred?: SignatureInferred;
  readonly rejected?: SignatureRejected;
  readonly queued?: BuildQueued;
  readonly started?: BuildStarted;
  readonly succeeded?: BuildSucceeded;
  readonly failed?: BuildFailed;
  readonly cancelled?: BuildCancelled;
  readonly assigned?: VersionAssigned;
  readonly published?: ImagePublished;
  readonly ended?: BuildEnded;
}

export type Kind = keyof Told;

/** Adds a fact. Of two that tell the same, such as two attempts, the one that happened first stays. */
export function tell<K extends Kind>(told: Told, kind: K, fact: NonNullable<Told[K]>): Told {
  const known = told[kind];
  return known !== undefined && known.at <= fact.at ? told : { ...told, [kind]: fact };
}
