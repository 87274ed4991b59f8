import { readFile } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import { nginxConf } from './nginx-conf.ts';
import { serviceOf } from './routes.ts';

describe('the proxy', () => {
  it('has the configuration that its routes give', async () => {
    const file = await readFile(new URL('../proxy/nginx.conf', import.meta.url), 'utf8');

    // npm run proxy -w deploy
    expect(file).toBe(nginxConf());
  });

  it('keeps what processes measure from those outside', () => {
    expect(nginxConf()).toMatch(/location = \/metrics \{[^}]*return 404 /);
  });

  it.each([
    ['/v2', 'registry'],
    ['/v2/demo/iris/manifests/1', 'registry'],
    ['/v20', 'catalogue'],
    ['/api/v1/models/demo/builds', 'catalogue'],
    ['/api/v1/models/demo/iris/builds', 'upload'],
    ['/api/v1/models/demo/iris/versions/1/files/builds', 'catalogue'],
    ['/api/v1/builds/cancel', 'catalogue'],
    ['/api/v1/builds/1/logs', 'builder'],
    ['/', 'catalogue'],
  ])('leads %s to %s', (path, service) => {
    expect(serviceOf(path)).toBe(service);
  });
});
