/** What the command line itself offers for a code; else the platform's own hint is shown. */
const hints: Readonly<Record<string, string>> = {
  MODEL_NOT_FOUND: '`floe models` lists what there is',
  VERSION_NOT_FOUND: '`floe versions <model>` lists what there is',
  BUILD_NOT_FOUND: '`floe builds` lists what there is',
  BUILD_UNTOLD: 'it is late, not lost: `floe builds` lists it once its facts were read',
  ALIAS_NOT_FOUND: '`floe show <model>` lists its aliases',
  ALIAS_MOVED: '`floe alias history <model> <alias>` shows its moves',
};

/** What is to be added to the hint of a build that failed. */
const additions: Readonly<Record<string, string>> = {
  SIGNATURE_UNKNOWN:
    '--contract <file> takes that section; --allow-unknown-signature releases without one',
  SIGNATURE_CONFLICT: '--signature-override <reason> releases it as declared',
};

export function hintFor(code: string, own: string | undefined): string | undefined {
  return hints[code] ?? own;
}

export function hintWithAddition(code: string, own: string): string {
  const addition = additions[code];
  return addition === undefined ? own : `${own.trimEnd()}\n\n  ${addition}`;
}
