import { unfinishedBuilds, wrongEnds } from './builds.ts';
import { readBus } from './bus.ts';
import { lostFacts } from './facts.ts';
import { wrongImages } from './images.ts';
import type { Installation } from './installation.ts';
import { unorderedLogs } from './logs.ts';
import { unreadyProcesses } from './processes.ts';
import { wrongVersions } from './versions.ts';
import { openWork } from './work.ts';

/**
 * What every accepted build leads to once nothing fails any more; says in a sentence each what does not hold yet.
 * Nothing is left to do only if all was heard before it was looked for, and nothing was told meanwhile: whoever hears a
 * fact again may have to answer again.
 */
export async function readUnsettled(installation: Installation): Promise<readonly string[]> {
  const before = await readBus(installation);
  const readers = [unreadyProcesses, unfinishedBuilds, openWork];
  const open = await Promise.all(readers.map((read) => read(installation)));
  const found = [...before.unread, ...open.flat()];
  if (found.length > 0) return found;
  const { ends } = await readBus(installation);
  return ends === before.ends ? [] : ['facts were told while nothing was left to do'];
}

/** What holds of a settled installation, whatever happens to its processes; a sentence for each rule that is broken. */
export async function readRules(installation: Installation): Promise<readonly string[]> {
  const readers = [wrongEnds, wrongVersions, lostFacts, unorderedLogs, wrongImages];
  return (await Promise.all(readers.map((read) => read(installation)))).flat();
}

/** All of it, at this moment. */
export async function readInvariants(installation: Installation): Promise<readonly string[]> {
  const found = await Promise.all([readUnsettled, readRules].map((read) => read(installation)));
  return found.flat();
}
