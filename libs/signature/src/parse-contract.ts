import type { z } from 'zod';

import { contractSchema } from './contract-schema.ts';
import { type ContractFault, InvalidContract } from './invalid-contract.ts';
import type { Signature } from './signature.ts';

/**
 * The signature of a declared contract in its JSON form.
 * @param source what to call the document in faults
 * @throws InvalidContract with a JSON pointer for every fault
 */
export function parseContract(value: unknown, source = 'contract'): Signature {
  const { success, data, error } = contractSchema.safeParse(value);
  if (success) return data;
  throw new InvalidContract(source, error.issues.flatMap(faultsOf));
}

function faultsOf(issue: z.core.$ZodIssue): ContractFault[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      message: `'${key}' is no field here`,
      pointer: pointerOf([...issue.path, key]),
    }));
  return [{ message: issue.message, pointer: pointerOf(issue.path) }];
}

/** RFC 6901. */
function pointerOf(path: readonly PropertyKey[]): string {
  return path
    .map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}
