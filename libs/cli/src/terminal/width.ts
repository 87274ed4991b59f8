const segmenter = new Intl.Segmenter();

/** Characters as a reader counts them. */
export function widthOf(text: string): number {
  return charactersOf(text).length;
}

/** At most `width` characters of a text. */
export function cut(text: string, width: number): string {
  return charactersOf(text).slice(0, width).join('');
}

function charactersOf(text: string): readonly string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}
