import { describe, expect, it } from 'vitest';

import { checkExposure, otherRegistryOf, UnsafeSettings } from './service-settings.ts';

describe('checkExposure', () => {
  it('lets a platform be reached from elsewhere only when that is said', () => {
    expect(() => checkExposure({ host: '0.0.0.0' })).toThrow(UnsafeSettings);
    expect(() => checkExposure({ host: '0.0.0.0', access: 'open' })).not.toThrow();
    expect(() => checkExposure({ host: '127.0.0.1' })).not.toThrow();
  });
});

describe('otherRegistryOf', () => {
  it('gives the registry that is named', () => {
    const registryUrl = 'https://registry.example.org';

    expect(otherRegistryOf({ port: 8080, registryUrl })).toBe(registryUrl);
  });

  it.each([
    { port: 8080 },
    { port: 8080, registryUrl: 'http://localhost:8080/' },
    { port: 80, publicUrl: 'https://floe.example.org', registryUrl: 'https://floe.example.org' },
  ])('gives none for the platform itself: %o', (settings) => {
    expect(otherRegistryOf(settings)).toBeUndefined();
  });
});
