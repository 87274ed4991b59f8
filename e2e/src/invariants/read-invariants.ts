import { unfinishedBuilds, wrongEnds } from './builds.ts';
import { lostFacts } from './facts.ts';
import { wrongImages } from './images.ts';
import type { Installation } from './installation.ts';
import { unorderedLogs } from './logs.ts';
import { wrongVersions } from './versions.ts';
import { openWork } from './work.ts';

/**
 * What every accepted build leads to once nothing fails any more; says in a sentence each what does not hold yet.
 * It is read in the order of the journey, so that what is behind is not taken for wrong.
 */
export async function readUnsettled(installation: Installation): Promise<readonly string[]> {
  return (await Promise.all([unfinishedBuilds, openWork].map((read) => read(installation)))).flat();
}

/** What must hold of a settled installation; gives a sentence for each rule that is broken. */
export async function readInvariants(installation: Installation): Promise<readonly string[]> {
  const readers = [readUnsettled, wrongEnds, wrongVersions, lostFacts, unorderedLogs, wrongImages];
  return (await Promise.all(readers.map((read) => read(installation)))).flat();
}
