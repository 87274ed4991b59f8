/** One thing to correct in a declared contract. */
export interface ContractFault {
  readonly message: string;
  /** JSON pointer into the document. */
  readonly pointer?: string;
  /** Counted from 1. */
  readonly line?: number;
}

/** A declared contract breaks the rules; all faults are told at once. */
export class InvalidContract extends Error {
  override readonly name = 'InvalidContract';
  readonly code = 'CONTRACT_INVALID';
  readonly faults: readonly ContractFault[];

  /** @param source name of the document, such as `serving.yaml` */
  constructor(source: string, faults: readonly ContractFault[]) {
    super(faults.map((fault) => `${source}${placeOf(fault)}: ${fault.message}`).join('\n'));
    this.faults = faults;
  }
}

function placeOf({ line, pointer }: ContractFault): string {
  const place = [line !== undefined && `line ${line}`, pointer].filter(Boolean).join(', ');
  return place && ` (${place})`;
}
