import type { ContractFault } from '../invalid-contract.ts';
import { type Token, tokensOf } from './tokens.ts';

/** A message of protobuf's text format: its fields in their order. */
export interface TextMessage {
  readonly line: number;
  readonly fields: readonly TextField[];
}

export interface TextField {
  readonly name: string;
  readonly line: number;
  readonly value: string | TextMessage;
}

const deepest = 32;

/** Parses protobuf's text format without a schema; a fault ends the parsing. */
export function parseTextMessage(source: string, faults: ContractFault[]): TextMessage {
  const tokens = tokensOf(source, faults);
  if (faults.length > 0) return { line: 1, fields: [] };
  try {
    return new Parser(tokens).message('', 0);
  } catch (error) {
    if (!(error instanceof TextFault)) throw error;
    faults.push({ line: error.line, message: error.message });
    return { line: 1, fields: [] };
  }
}

class TextFault extends Error {
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

class Parser {
  private readonly tokens: readonly Token[];
  private at = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  /** @param close the mark that ends the message; '' for the end of the text */
  message(close: string, depth: number): TextMessage {
    const { line } = this.next;
    if (depth > deepest) throw new TextFault('messages are nested too deep', line);
    const fields: TextField[] = [];
    while (this.next.value !== close || this.next.kind === 'text') {
      if (this.next.kind === 'end') throw new TextFault(`'${close}' is missing`, this.next.line);
      fields.push(...this.field(depth));
    }
    this.at += 1;
    return { line, fields };
  }

  private get next(): Token {
    return this.tokens[this.at] ?? { kind: 'end', value: '', line: 0 };
  }

  private field(depth: number): TextField[] {
    const { kind, value: name, line } = this.next;
    if (kind !== 'word') throw new TextFault(`expected the name of a field, not '${name}'`, line);
    this.at += 1;
    const hasColon = this.skip(':');
    const values = this.skip('[') ? this.list(depth) : [this.value(depth, hasColon)];
    while (this.skip(',') || this.skip(';'));
    return values.map((value) => ({ name, line, value }));
  }

  private list(depth: number): (string | TextMessage)[] {
    const values: (string | TextMessage)[] = [];
    while (!this.skip(']')) {
      values.push(this.value(depth, true));
      this.skip(',');
    }
    return values;
  }

  private value(depth: number, hasColon: boolean): string | TextMessage {
    const { kind, value, line } = this.next;
    this.at += 1;
    if (kind === 'mark' && (value === '{' || value === '<'))
      return this.message(value === '{' ? '}' : '>', depth + 1);
    if (!hasColon || kind === 'mark' || kind === 'end')
      throw new TextFault(`expected a value, not '${value}'`, line);
    return kind === 'text' ? value + this.adjacentTexts() : value;
  }

  /** Texts side by side are one. */
  private adjacentTexts(): string {
    let text = '';
    while (this.next.kind === 'text') {
      text += this.next.value;
      this.at += 1;
    }
    return text;
  }

  private skip(mark: string): boolean {
    const isNext = this.next.kind === 'mark' && this.next.value === mark;
    if (isNext) this.at += 1;
    return isNext;
  }
}
