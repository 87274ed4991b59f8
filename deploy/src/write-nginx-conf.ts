import { writeFile } from 'node:fs/promises';

import { nginxConf } from './nginx-conf.ts';

await writeFile(new URL('../proxy/nginx.conf', import.meta.url), nginxConf());
