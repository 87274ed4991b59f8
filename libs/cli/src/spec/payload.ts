import type { LocalItem } from '@floe/client';
import { Payload, PayloadInvalid } from '@floe/signature/rules';

import { UsageError } from '../errors.ts';

const LEFT_OUT = 'it may be among those that are left out; `!name` in .floeignore takes it in';

/**
 * The files that are the model, as `payload` of serving.yaml names them.
 * @throws UsageError for an entry that names nothing
 */
export function payloadOf(
  items: readonly LocalItem[],
  entries: readonly string[] | undefined,
): readonly LocalItem[] {
  try {
    const payload = new Payload(entries, 'folder');
    const taken = items.filter(({ path }) => payload.has(path));
    payload.checkAllFound();
    return taken;
  } catch (error) {
    if (!(error instanceof PayloadInvalid)) throw error;
    throw new UsageError(error.message, error.fault === 'missing' ? LEFT_OUT : error.hint);
  }
}
