const LONGEST = 200;

/** A foreign name fit for a message or a terminal: on one line, bounded, what is invisible escaped. */
export function quoted(name: string): string {
  const shown = name.length > LONGEST ? `${name.slice(0, LONGEST)}…` : name;
  return JSON.stringify(shown).replaceAll(/[[\p{C}\p{Z}]--[ ]]/gv, escaped);
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
