export type Service = 'upload' | 'builder' | 'catalogue' | 'registry';

/** `:name` stands for one part of a path, `**` at the end for nothing or anything below. */
export interface Route {
  readonly path: string;
  readonly service: Service;
  /** The part of the path that chooses one of the replicas, which then sees all requests of this id. */
  readonly replicaBy?: string;
}

/** Which service answers where; the first that matches. Methods do not matter: no path has two services. */
export const ROUTES: readonly Route[] = [
  { path: '/v2/**', service: 'registry' },
  { path: '/api/v1/teams/:team/blobs/**', service: 'upload' },
  // A replica hashes the parts that pass through it; those of others have to be read back from the store.
  { path: '/api/v1/uploads/:id/**', service: 'upload', replicaBy: 'id' },
  { path: '/api/v1/models/:team/:model/builds', service: 'upload' },
  { path: '/api/v1/builds/:id/cancel', service: 'upload' },
  { path: '/api/v1/builds/:id/retry', service: 'upload' },
  { path: '/api/v1/builds/:id/logs', service: 'builder' },
];

/** Answers everywhere else. */
export const ELSEWHERE: Service = 'catalogue';

/** The route as a regular expression that JavaScript and PCRE read alike; one part of the path may be named in it. */
export function patternOf({ path }: Route, named?: string): string {
  const below = path.endsWith('/**');
  const parts = (below ? path.slice(0, -'/**'.length) : path).replaceAll(
    /:([a-z]+)/g,
    (_, part: string) => (part === named ? `(?<${part}>[^/]+)` : '[^/]+'),
  );
  return below ? `^${parts}(/|$)` : `^${parts}$`;
}

/** The service that is to answer a path. */
export function serviceOf(path: string): Service {
  const route = ROUTES.find((each) => new RegExp(patternOf(each)).test(path));
  return route?.service ?? ELSEWHERE;
}
