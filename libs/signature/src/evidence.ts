/**
 * How sure a cell is. `proven`: written in the file. `derived`: follows from what is written by a fixed rule.
 * `example`: of a sample that the author traced with. `assumed`: a convention. `declared`: the author says so.
 */
export type EvidenceStatus = 'proven' | 'derived' | 'example' | 'assumed' | 'declared' | 'unknown';

/** Where one cell comes from. `proven` beside `null`: the file says something that the cell has no word for. */
export interface CellEvidence {
  readonly status: EvidenceStatus;
  /** Path of the file in the model, or `request`. */
  readonly path: string;
  /** Place in the file. */
  readonly locator: string;
  readonly reader: string;
}

/** From JSON pointer of a cell of a signature to where the cell comes from. */
export type Evidence = Readonly<Record<string, CellEvidence>>;

/** Strong facts can contradict a declaration. */
export function isStrong(evidence: CellEvidence | undefined): boolean {
  return evidence?.status === 'proven' || evidence?.status === 'derived';
}
