import { mkdir, open, realpath } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** Makes names in folders durable: a file is there after a power cut only when its folder was fsynced, too. */
export class Folders {
  private readonly made = new Map<string, Promise<void>>();
  private readonly waiting = new Map<string, Promise<void>>();
  private readonly running = new Map<string, Promise<void>>();

  /**
   * Makes the folder and its parents below `root`, each durably. The parents are fsynced even when they are there:
   * another process may just have made them.
   */
  make(path: string, root: string): Promise<void> {
    const known = this.made.get(path);
    if (known !== undefined) return known;
    const making = this.makeNow(path, root);
    this.made.set(path, making);
    making.catch(() => this.made.delete(path));
    return making;
  }

  private async makeNow(path: string, root: string): Promise<void> {
    if (path === root) return;
    const parent = dirname(path);
    await this.make(parent, root);
    await mkdir(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    await this.sync(parent);
  }

  /** All who ask while one fsync runs share the next: a thousand small files cost a few. */
  sync(path: string): Promise<void> {
    const waiting = this.waiting.get(path);
    if (waiting !== undefined) return waiting;
    const running = this.running.get(path);
    if (running === undefined) return this.run(path);
    const next = running
      .catch(() => {})
      .then(() => {
        this.waiting.delete(path);
        return this.run(path);
      });
    this.waiting.set(path, next);
    return next;
  }

  private run(path: string): Promise<void> {
    const running = syncNow(path).finally(() => this.running.delete(path));
    this.running.set(path, running);
    return running;
  }
}

async function syncNow(path: string): Promise<void> {
  await using folder = await open(path);
  await folder.sync();
}

/** Makes a folder with all its parents, durably where they are new; gives its real path. */
export async function makeRoot(directory: string): Promise<string> {
  const path = resolve(directory);
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return realpath(path);
  for (let made = path; made.length >= first.length; made = dirname(made))
    await syncNow(dirname(made));
  return realpath(path);
}
