import { readFileSync } from 'node:fs';

/** A field of the ground truth; `null` where the framework itself does not know. */
export interface ExpectedField {
  readonly name?: string | null;
  readonly dtype?: string | null;
  readonly shape?: readonly number[] | null;
  readonly optional?: true;
  readonly shapeStatus?: 'example' | 'unknown-rank';
}

export interface ExpectedSignature {
  readonly name?: string;
  readonly inputs?: readonly ExpectedField[];
  readonly outputs?: readonly ExpectedField[];
}

/** `<case>.expected.json`: what the framework itself reports of a fixture. */
export interface Expected {
  readonly case: string;
  readonly framework: string;
  readonly artifact: string;
  readonly signature: ExpectedSignature | null;
  readonly otherSignatures?: readonly ExpectedSignature[];
  readonly classLabels?: readonly (string | number)[];
  readonly layout?: 'columns';
  readonly verdict: string;
}

/** Fixtures are ours: their form is not checked. */
export function readExpected(file: URL): Expected {
  return JSON.parse(readFileSync(file, 'utf8')) as Expected;
}
