import { randomUUID } from 'node:crypto';

/** One story over all processes: what W3C Trace Context (https://www.w3.org/TR/trace-context/) hands on. */
export interface Trace {
  /** 32 hex digits, not all of them zero. */
  readonly id: string;
  readonly sampled: boolean;
}

const TRACEPARENT =
  /^(?!ff)([\da-f]{2})-(?!0{32})([\da-f]{32})-(?!0{16})[\da-f]{16}-([\da-f]{2})(-.*)?$/;
const SAMPLED = 1;

/** The trace that a `traceparent` names; `undefined` for what is none: the receiver begins its own then (4.3). */
export function traceFrom(traceparent: string | undefined): Trace | undefined {
  const [, version, id, flags = '', rest] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  // Later versions may have more parts; the first has not.
  if (id === undefined || (version === '00' && rest !== undefined)) return undefined;
  return { id, sampled: (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED };
}

/** The trace of a build that nobody else traces: whoever knows the build knows it, its id is that of the build. */
export function traceOfBuild(buildId: string): Trace {
  return { id: buildId.replaceAll('-', '').toLowerCase(), sampled: true };
}

/** A `traceparent` for the next step of the trace, under an id of its own. */
export function traceparentOf({ id, sampled }: Trace): string {
  return `00-${id}-${spanId()}-${sampled ? '01' : '00'}`;
}

/** The end of a random UUID is random but for the two bits of its variant, and made ahead by Node. */
function spanId(): string {
  const uuid = randomUUID();
  return `${uuid.slice(19, 23)}${uuid.slice(24)}`;
}
