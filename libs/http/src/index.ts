export { matchesTag, parseRange } from './byte-range.ts';
export { createHttpApp, type HttpSettings } from './create-http-app.ts';
export { DomainError } from './domain-error.ts';
export { sendEventStream, type ServerSentEvent } from './event-stream.ts';
export { InvalidRequest } from './invalid-request.ts';
export { type Problem, ProblemFilter, sendProblem } from './problem.filter.ts';
export { isProblemCode, type ProblemCode, PROBLEMS, problemType } from './problems.ts';
export { cursorOf, type Page, pageOf, pageQuery, waitMs } from './queries.ts';
export { type ReadinessCheck, ReadinessChecks } from './readiness.ts';
