import type { Installation } from './installation.ts';

/** Every process says that it is ready: its group on the bus counts with it, and its parts answer. */
export async function unreadyProcesses({ processes }: Installation): Promise<readonly string[]> {
  const found = await Promise.all(
    processes.map(async (url) => {
      const response = await fetch(`${url}/readyz`);
      return response.ok ? [] : [`${url} is not ready: ${await response.text()}`];
    }),
  );
  return found.flat();
}
