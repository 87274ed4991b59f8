import type { ModelFile } from '../files/model-files.ts';
import type { Budget } from './budget.ts';
import type { FileWindow } from './file-window.ts';
import type { Inspection } from './inspection.ts';

/** What a reader believes to have found. */
export interface Claim {
  /** 0 … 1, from bytes rather than names. */
  readonly strength: number;
  /** The file or folder to read. */
  readonly path: string;
}

/** What a reader sees of a model. */
export interface ReaderContext {
  readonly files: readonly ModelFile[];
  /** Those whose heads may be read: the likeliest ones, where there are many. */
  readonly candidates: readonly ModelFile[];
  readonly budget: Budget;
  readonly signal: AbortSignal;
  open(file: ModelFile): FileWindow;
  /** The first bytes of a file, read once for all readers; fewer only where the file ends. */
  head(file: ModelFile): Promise<Uint8Array>;
}

/** One format. Readers never evaluate anything; a file that only pretends makes them throw `ModelUnreadable`. */
export interface Reader {
  readonly id: string;
  /** Authority where two claim the same model: lower wins. */
  readonly rank: number;
  /** In lower case, with the dot: where files are many, these are looked at first. */
  readonly extensions: readonly string[];
  /** Its claims, without reading more than heads. */
  claim(context: ReaderContext): Promise<readonly Claim[]>;
  read(context: ReaderContext, claim: Claim): Promise<Inspection>;
}
