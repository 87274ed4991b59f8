import { styleText } from 'node:util';

import { cut } from './width.ts';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** Where a command speaks: results on stdout, everything else on stderr. */
export interface Terminal {
  /** A line of the result. */
  readonly out: (line: string) => void;
  /** A line for the person who watches. */
  readonly err: (line: string) => void;
  /** Replaces the line at the bottom of a live terminal. */
  readonly live: ((line: string) => void) | undefined;
  /** Styles a part of a line where the terminal shows it. */
  readonly paint: (style: Style, text: string) => string;
}

interface Output {
  readonly isTTY?: boolean;
  /** 0 where the terminal does not tell. */
  readonly columns?: number;
  write(text: string): unknown;
}

export function terminalOf(stdout: Output, stderr: Output, noColour: boolean): Terminal {
  const isLive = stderr.isTTY === true;
  let bottom = false;
  const clear = (): string => {
    const code = bottom ? '\r\u001B[2K' : '';
    bottom = false;
    return code;
  };
  return {
    out: (line) => {
      if (bottom) stderr.write(clear());
      stdout.write(`${line}\n`);
    },
    err: (line) => void stderr.write(`${clear()}${line}\n`),
    live: isLive
      ? (line) => {
          stderr.write(`${clear()}${cut(line, (stderr.columns || 80) - 1)}`);
          bottom = true;
        }
      : undefined,
    paint: (style, text) =>
      noColour || stdout.isTTY !== true ? text : styleText(style, text, { validateStream: false }),
  };
}
