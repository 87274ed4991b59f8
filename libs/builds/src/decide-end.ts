import type { BuildEnded } from '@floe/contracts';

import { stateOf, timelineOf } from './state-of.ts';
import type { Told } from './told.ts';
import { warningsOf } from './warnings-of.ts';

type End = Pick<BuildEnded, 'outcome' | 'stage' | 'code' | 'message' | 'hint'>;

/**
 * The end that the facts prove, if they prove one. With a number a build can only be released; without one, the report
 * of the stage that held it ends it. What has ended stays as it ended.
 */
export function decideEnd(told: Told, at: Date): BuildEnded | undefined {
  const { assigned, published } = told;
  if (told.ended) return undefined;
  if (assigned) return published && ended(told, { outcome: 'released' }, at);
  if (told.rejected) return ended(told, ofRejection(told.rejected), at);
  if (told.failed) {
    const { code, message, hint } = told.failed;
    return ended(told, { outcome: 'failed', stage: 'building', code, message, hint }, at);
  }
  if (told.cancelled) return ended(told, { outcome: 'cancelled', stage: 'building' }, at);
  return undefined;
}

/** The end of a build whose owner has been silent for too long. */
export function endOverdue(told: Told, at: Date): BuildEnded | undefined {
  if (told.ended || told.assigned) return undefined;
  const stage = stateOf(told);
  const message = `The build was ${stage} for longer than its deadline, without an answer.`;
  const hint = 'Retry the build; if it happens again, tell the operator.';
  return ended(told, { outcome: 'failed', stage, code: 'DEADLINE_EXCEEDED', message, hint }, at);
}

function ofRejection({ cancelled, code, message, hint }: NonNullable<Told['rejected']>): End {
  return cancelled
    ? { outcome: 'cancelled', stage: 'inferring' }
    : { outcome: 'failed', stage: 'inferring', code, message, hint };
}

function ended(told: Told, end: End, at: Date): BuildEnded | undefined {
  const { uploaded, inferred, rejected, succeeded, assigned } = told;
  const identity =
    assigned ?? succeeded ?? inferred ?? uploaded ?? told.failed ?? told.cancelled ?? rejected;
  if (identity === undefined) return undefined;
  const inference = succeeded?.inference ?? inferred?.inference ?? rejected?.inference;
  const { outcome, ...reason } = end;
  const fact: BuildEnded = {
    team: identity.team,
    model: identity.model,
    buildId: identity.buildId,
    at: at.toISOString(),
    outcome,
    ...present(reason),
    ...present({ version: assigned?.version, imageDigest: succeeded?.imageDigest }),
    ...present({ imageBytes: succeeded?.imageBytes, inference }),
    warnings: warningsOf(told),
    timeline: [],
  };
  return { ...fact, timeline: timelineOf({ ...told, ended: fact }) };
}

/** Without the members that are not known. */
function present<Members extends object>(
  members: Members,
): { [Key in keyof Members]?: NonNullable<Members[Key]> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Members]?: NonNullable<Members[Key]>;
  };
}
