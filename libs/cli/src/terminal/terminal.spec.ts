import { describe, expect, it } from 'vitest';

import { terminalOf } from './terminal.ts';

function output(isTTY: boolean, columns = 0): { text: string } & Parameters<typeof terminalOf>[0] {
  return {
    isTTY,
    columns,
    text: '',
    write(part: string) {
      this.text += part;
    },
  };
}

describe('terminalOf', () => {
  it('replaces its live line and keeps the others', () => {
    const stdout = output(true);
    const stderr = output(true, 10);
    const { live, err, out } = terminalOf(stdout, stderr, false);

    live?.('one');
    live?.('twelve characters');
    err('three');
    live?.('four');
    out('result');

    expect(stderr.text).toBe('one\r\u001B[2Ktwelve ch\r\u001B[2Kthree\nfour\r\u001B[2K');
    expect(stdout.text).toBe('result\n');
  });

  it('is neither alive nor coloured in a pipe, and not coloured where that is not wanted', () => {
    const pipe = terminalOf(output(false), output(false), false);

    expect(pipe.live).toBeUndefined();
    expect(pipe.paint('bold', 'x')).toBe('x');
    expect(terminalOf(output(true), output(true), true).paint('bold', 'x')).toBe('x');
    expect(terminalOf(output(true), output(true), false).paint('bold', 'x')).not.toBe('x');
  });
});
