/** Hydrosphere's DataProfileType names, with the numbers that they have on its wire. */
export const profileNumbers = {
  NONE: 0,
  CATEGORICAL: 1,
  NUMERICAL: 2,
  IMAGE: 3,
  VIDEO: 4,
  AUDIO: 5,
  TEXT: 6,
  NOMINAL: 11,
  ORDINAL: 12,
  CONTINUOUS: 21,
  INTERVAL: 22,
  RATIO: 23,
} as const;

/** What the values of a field are about, for monitoring. */
export type Profile = keyof typeof profileNumbers;

const byNumber = new Map<number, Profile>(
  Object.entries(profileNumbers).map(([profile, number]) => [number, profile as Profile]),
);

export function parseProfile(name: string): Profile | undefined {
  const upper = name.trim().toUpperCase();
  return Object.hasOwn(profileNumbers, upper) ? (upper as Profile) : undefined;
}

export function profileOfNumber(number: number): Profile | undefined {
  return byNumber.get(number);
}

export function unknownProfileMessage(name: string): string {
  return `'${name.slice(0, 40)}' is no profile: write one of ${Object.keys(profileNumbers).join(', ')}`;
}
