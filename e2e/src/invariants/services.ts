/** Those that tell facts; each has a schema of its name. */
export const SERVICES = ['upload', 'inference', 'builder', 'catalogue', 'registry'] as const;
