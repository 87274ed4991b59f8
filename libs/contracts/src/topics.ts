/** All topics of facts; dead letters stand on `<topic>.<service>.dead`. */
export const TOPICS = [
  'floe.uploads.v1',
  'floe.signatures.v1',
  'floe.builds.v1',
  'floe.build-logs.v1',
  'floe.versions.v1',
  'floe.images.v1',
  'floe.outcomes.v1',
] as const;
