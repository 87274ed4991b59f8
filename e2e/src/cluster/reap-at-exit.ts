const left = new Set<() => void>();
process.once('exit', () => left.forEach((reap) => reap()));

/** Runs at the end of this process what nobody called off: a worker that ends without disposing leaves nothing behind. */
export function reapAtExit(reap: () => void): Disposable {
  left.add(reap);
  return { [Symbol.dispose]: () => void left.delete(reap) };
}
