/** The build that a fact is about. */
export function buildOf(fact: unknown): string | undefined {
  const isAbout = typeof fact === 'object' && fact !== null && 'buildId' in fact;
  return isAbout && typeof fact.buildId === 'string' ? fact.buildId : undefined;
}
