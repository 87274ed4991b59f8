/** What Ctrl-C leaves behind and the command that goes on. `accepted` is the build's id once there is one. */
export function interruptedLine(accepted: string | undefined, words: readonly string[]): string {
  return accepted === undefined
    ? `interrupted; what arrived is kept, this goes on: floe ${words.map(quoted).join(' ')}`
    : `interrupted; the build goes on without you: floe logs ${accepted} -f`;
}

/** A word as a POSIX shell takes it back. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
