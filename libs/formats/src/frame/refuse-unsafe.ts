import { ModelUnsafe } from './errors.ts';
import type { Inspection } from './inspection.ts';

/**
 * For who is about to pass a model on.
 * @throws ModelUnsafe when loading it would do what a model must not do
 */
export function refuseUnsafe({ safety }: Pick<Inspection, 'safety'>): void {
  const unsafe = safety.findings.filter(({ severity }) => severity === 'unsafe');
  if (unsafe.length > 0) throw new ModelUnsafe(unsafe.map(({ message }) => message).join(' '));
}
