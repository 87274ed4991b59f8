/** Adds each directory above `path`, the root excepted. One that is there has its own parents there. */
export function addParents(path: string, directories: Set<string>): void {
  for (let parent = parentOf(path); parent !== undefined; parent = parentOf(parent)) {
    if (directories.has(parent)) return;
    directories.add(parent);
  }
}

/** `undefined` for what stands at the root of the model. */
export function parentOf(path: string): string | undefined {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? undefined : path.slice(0, slash);
}
