import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** `git.commit`, `git.branch` and `git.dirty` of a folder; nothing where git knows nothing of it. */
export async function gitMetadata(
  folder: string,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const git = async (...command: readonly string[]): Promise<string> => {
    const { stdout } = await run('git', ['-C', folder, ...command], { signal, timeout: 5_000 });
    return stdout.trim();
  };
  try {
    const [commit, branch, changes] = await Promise.all([
      git('rev-parse', 'HEAD'),
      git('rev-parse', '--abbrev-ref', 'HEAD'),
      git('status', '--porcelain', '--', '.'),
    ]);
    return {
      'git.commit': commit,
      // A detached HEAD has no branch.
      ...(branch !== 'HEAD' && { 'git.branch': branch }),
      'git.dirty': String(changes !== ''),
    };
  } catch {
    signal.throwIfAborted();
    return {};
  }
}
