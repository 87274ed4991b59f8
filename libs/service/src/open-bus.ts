import type { Bus } from '@floe/messaging';
import { PostgresBus } from '@floe/messaging-postgres';

/** Opens the bus that the address names. Throws when its server cannot be reached. */
export async function openBus(
  url: string,
  report: (error: unknown) => void,
): Promise<Bus & AsyncDisposable> {
  return PostgresBus.open(url, report);
}
