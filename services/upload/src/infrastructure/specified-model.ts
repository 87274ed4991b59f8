import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';

import type { SpooledModel } from '@floe/archives';
import type { BuildSpec } from '@floe/contracts';
import type { Item } from '@floe/layers';
import { Payload, PayloadInvalid, servingFiles } from '@floe/signature';

import { ModelRefused } from '../domain/errors.ts';

const MOST_SPEC_BYTES = 1024 ** 2;
/** Between two of these others have their turn. */
const ITEMS_AT_ONCE = 2_048;

/** Reads the text of a specification that lies in an archive; throws ModelRefused. */
export type ReadSpec = (
  text: string,
  file: string,
) => { readonly spec: BuildSpec; readonly payload: readonly string[] | undefined };

interface SpecifiedModel {
  readonly items: readonly Item[];
  /** Of the specification in the archive. */
  readonly spec: BuildSpec | undefined;
}

/** What of an archive is the model, as its specification wants it. Throws ModelRefused. */
export async function specifiedModel(
  archive: SpooledModel,
  readSpec: ReadSpec,
): Promise<SpecifiedModel> {
  const specification = specificationOf(archive.items);
  const read = specification && readSpec(await textOf(archive, specification), specification.path);
  return { items: await payloadOf(archive.items, read?.payload), spec: read?.spec };
}

function specificationOf(items: readonly Item[]): Item | undefined {
  for (const name of servingFiles) {
    const item = items.find(({ path, directory }) => path === name && !directory);
    if (item) return item;
  }
  return undefined;
}

async function textOf(archive: SpooledModel, item: Item): Promise<string> {
  if (item.sizeBytes > MOST_SPEC_BYTES)
    throw new ModelRefused('SPEC_INVALID', `${item.path} is larger than ${MOST_SPEC_BYTES} bytes.`);
  return text(archive.open(item));
}

async function payloadOf(
  items: readonly Item[],
  entries: readonly string[] | undefined,
): Promise<readonly Item[]> {
  try {
    const payload = new Payload(entries, 'archive');
    const taken: Item[] = [];
    for (const [index, item] of items.entries()) {
      if (payload.has(item.path)) taken.push(item);
      if (index % ITEMS_AT_ONCE === ITEMS_AT_ONCE - 1) await setImmediate();
    }
    payload.checkAllFound();
    return taken;
  } catch (error) {
    if (!(error instanceof PayloadInvalid)) throw error;
    const { what, hint } = error;
    const message = `The payload of serving.yaml ${what}.`;
    throw new ModelRefused('SPEC_INVALID', message, { hint, cause: error });
  }
}
