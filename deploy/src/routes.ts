export type Service = 'upload' | 'builder' | 'catalogue' | 'registry';

/** `:name` stands for one part of a path, `**` at the end for nothing or anything below. */
interface Route {
  readonly path: string;
  readonly service: Service;
}

/** Which service answers where; the first that matches. Methods do not matter: no path has two services. */
export const ROUTES: readonly Route[] = [
  { path: '/v2/**', service: 'registry' },
  { path: '/api/v1/teams/:team/blobs/**', service: 'upload' },
  { path: '/api/v1/uploads/**', service: 'upload' },
  { path: '/api/v1/models/:team/:model/builds', service: 'upload' },
  { path: '/api/v1/builds/:id/cancel', service: 'upload' },
  { path: '/api/v1/builds/:id/retry', service: 'upload' },
  { path: '/api/v1/builds/:id/logs', service: 'builder' },
];

/** Answers everywhere else. */
export const ELSEWHERE: Service = 'catalogue';

/** The route as a regular expression that JavaScript and PCRE read alike. */
export function patternOf({ path }: Route): string {
  const below = path.endsWith('/**');
  const parts = (below ? path.slice(0, -'/**'.length) : path).replaceAll(/:[a-z]+/g, '[^/]+');
  return below ? `^${parts}(/|$)` : `^${parts}$`;
}

/** The service that is to answer a path. */
export function serviceOf(path: string): Service {
  const route = ROUTES.find((each) => new RegExp(patternOf(each)).test(path));
  return route?.service ?? ELSEWHERE;
}
