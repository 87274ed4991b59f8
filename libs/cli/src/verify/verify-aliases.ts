import { setTimeout as sleep } from 'node:timers/promises';

import type { FloeClient, Model } from '@floe/client';

import { modelText } from '../names/model-name.ts';
import type { Report } from './report.ts';
import { faultOf } from './verify-image.ts';

export interface AliasOptions {
  readonly signal: AbortSignal;
}

const LOOK_AGAIN_MS = 500;
/** A tag follows its alias after a moment. */
const PATIENCE_MS = 5_000;

/** Aliases, `latest` among them, name released versions, and their tags resolve to the digests of these. */
export async function verifyAliases(
  client: FloeClient,
  model: Model,
  { signal }: AliasOptions,
  report: Report,
): Promise<void> {
  report.counts.aliases += Object.keys(namesOf(model)).length;
  const until = performance.now() + PATIENCE_MS;
  let faults = await faultsOf(client, model, signal);
  while (faults.length > 0 && performance.now() < until) {
    await sleep(LOOK_AGAIN_MS, undefined, { signal });
    faults = await faultsOf(client, await client.models.get(model, { signal }), signal);
  }
  for (const [alias, message] of faults)
    report.add('aliases', `${modelText(model)}:${alias}`, message);
}

async function faultsOf(
  client: FloeClient,
  model: Model,
  signal: AbortSignal,
): Promise<readonly (readonly [alias: string, message: string])[]> {
  const faults: (readonly [string, string])[] = [];
  for (const [alias, number] of Object.entries(namesOf(model))) {
    const message = await faultAt(client, model, alias, number, signal);
    if (message !== undefined) faults.push([alias, message]);
  }
  return faults;
}

async function faultAt(
  client: FloeClient,
  model: Model,
  alias: string,
  number: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const { state, image } = await client.models.version(model, number, { signal });
    if (state !== 'released') return `names version ${number}, which is ${state}`;
    const { digest } = await client.images.manifest(model, alias, { signal });
    if (digest === image?.digest) return undefined;
    return `its tag resolves to ${digest}, version ${number} is of ${image?.digest}`;
  } catch (error) {
    return `names version ${number}: ${faultOf(error)}`;
  }
}

function namesOf({ aliases, latest }: Model): Readonly<Record<string, number>> {
  return { ...aliases, ...(latest && { latest: latest.version }) };
}
