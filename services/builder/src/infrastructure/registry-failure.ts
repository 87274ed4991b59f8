import { ImageNotVerified, RegistryRefused, RegistryUnreachable, TooManyLayers } from '@floe/oci';

import { BuildFailure } from '../domain/build-failure.ts';

/** The failure of the build that an error of the registry, or of the image itself, means; others are thrown as they are. */
export function buildFailureOf(error: unknown): BuildFailure {
  const cause = { cause: error };
  if (error instanceof TooManyLayers) {
    const hint =
      'Put files together, for example into an archive, or choose a runtime with fewer layers.';
    return new BuildFailure('TOO_MANY_LAYERS', sentence(error.message), hint, cause);
  }
  if (error instanceof RegistryRefused) {
    const hint = 'Ask the operator of the registry; the detail names what it said.';
    return new BuildFailure('REGISTRY_REFUSED', sentence(error.message), hint, cause);
  }
  if (error instanceof RegistryUnreachable) {
    const hint = 'Retry the build when the registry is back.';
    return new BuildFailure('REGISTRY_UNREACHABLE', sentence(error.message), hint, cause);
  }
  if (error instanceof ImageNotVerified) {
    const text = `The registry took the image but does not show it as it is: ${error.message}.`;
    return new BuildFailure('IMAGE_NOT_VERIFIED', text, 'Retry the build.', cause);
  }
  throw error;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
