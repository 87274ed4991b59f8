import { mkdir } from 'node:fs/promises';

/** Makes folders with those above them, each once: to ask again for each of many files costs more than to write them. */
export class Folders {
  readonly #made = new Set<string>();

  async make(path: string): Promise<void> {
    if (this.#made.has(path)) return;
    await mkdir(path, { recursive: true });
    this.#made.add(path);
  }
}
