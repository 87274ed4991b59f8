import { decodeHeaders } from '@floe/messaging';
import { startPostgres } from '@floe/testing';
import { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';

import { CreateOutbox1767225600000 } from './create-outbox.ts';
import { HeadersInBytes1767225600200 } from './headers-in-bytes.ts';

describe('the headers of what is not sent yet', () => {
  it.each([
    [[]],
    [
      [
        ['ce_id', Buffer.from('1')],
        ['ü', Buffer.of(0, 255)],
        ['ce_id', Buffer.of()],
      ],
    ],
  ] as const)('stay when they get a column of their own: %j', async (headers) => {
    await using postgres = await startPostgres();
    const dataSource = new DataSource({ type: 'postgres', url: postgres.url });
    await dataSource.initialize();
    const runner = dataSource.createQueryRunner();
    await new CreateOutbox1767225600000().up(runner);
    await runner.query(
      `INSERT INTO outbox (topic, key, value, header_names, header_values) VALUES ('t', '', '', $1, $2)`,
      [headers.map(([name]) => name), headers.map(([, value]) => value)],
    );

    await new HeadersInBytes1767225600200().up(runner);

    const [row] = await runner.query(`SELECT headers FROM outbox`);
    expect(decodeHeaders(row.headers)).toEqual(headers);
    await dataSource.destroy();
  });
});
