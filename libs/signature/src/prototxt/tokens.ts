import type { ContractFault } from '../invalid-contract.ts';

export type Token =
  | { readonly kind: 'word' | 'text'; readonly value: string; readonly line: number }
  | { readonly kind: 'mark'; readonly value: string; readonly line: number }
  | { readonly kind: 'end'; readonly value: ''; readonly line: number };

const pattern =
  /(?<space>[\s]+|#[^\n]*)|(?<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?<word>[-+]?[A-Za-z0-9_.]+)|(?<mark>[{}<>[\]:;,])/y;

/** The tokens of protobuf's text format. */
export function tokensOf(source: string, faults: ContractFault[]): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let at = 0;
  while (at < source.length) {
    pattern.lastIndex = at;
    const groups = pattern.exec(source)?.groups;
    if (!groups) {
      faults.push({ line, message: `unexpected ${JSON.stringify(source[at])}` });
      break;
    }
    const { space, text, word, mark } = groups;
    const matched = space ?? text ?? word ?? mark ?? '';
    if (text !== undefined) tokens.push({ kind: 'text', value: unescaped(text), line });
    else if (word !== undefined) tokens.push({ kind: 'word', value: word, line });
    else if (mark !== undefined) tokens.push({ kind: 'mark', value: mark, line });
    line += matched.split('\n').length - 1;
    at += matched.length;
  }
  tokens.push({ kind: 'end', value: '', line });
  return tokens;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** Octal and hex escapes are bytes of UTF-8. */
function unescaped(quoted: string): string {
  const inner = quoted.slice(1, -1);
  if (!inner.includes('\\')) return inner;
  const bytes: Uint8Array[] = [];
  const parts = inner.matchAll(/\\([0-7]{1,3})|\\[xX]([0-9a-fA-F]{1,2})|\\(.)|([^\\]+)/g);
  for (const [, octal, hex, letter, plain] of parts) {
    if (octal !== undefined) bytes.push(Uint8Array.of(Number.parseInt(octal, 8)));
    else if (hex !== undefined) bytes.push(Uint8Array.of(Number.parseInt(hex, 16)));
    else bytes.push(Buffer.from(plain ?? escapes[letter ?? ''] ?? letter ?? ''));
  }
  return Buffer.concat(bytes).toString();
}
