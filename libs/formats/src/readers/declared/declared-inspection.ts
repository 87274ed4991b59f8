import {
  type CellEvidence,
  cells,
  type DeclaredContract,
  pointerTo,
  sides,
  verdictOf,
} from '@floe/signature';

import type { Inspection } from '../../frame/inspection.ts';

/** What a contract alone tells: all that it says is declared. */
export function declaredInspection({ path, signature }: DeclaredContract): Inspection {
  const evidence = Object.fromEntries(
    sides.flatMap((side) =>
      signature[side].flatMap((field, index) =>
        cells.map((cell): readonly [string, CellEvidence] => {
          const pointer = pointerTo(side, index, cell);
          const status = field[cell] === null ? 'unknown' : 'declared';
          return [pointer, { status, path, locator: pointer, reader: 'declared' }];
        }),
      ),
    ),
  );
  return {
    framework: 'hydrosphere',
    artifact: 'contract',
    signature,
    verdict: verdictOf(signature, evidence),
    evidence,
    safety: { findings: [] },
    warnings: [],
    declared: { path, signature },
  };
}
