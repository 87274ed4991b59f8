import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
} from 'yaml';

import type { ContractFault } from '../invalid-contract.ts';

/** A YAML value that knows its line. */
export type Located = { readonly line: number } & (
  | { readonly kind: 'scalar'; readonly value: unknown; readonly source: string }
  | { readonly kind: 'list'; readonly items: readonly Located[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [string, Located])[] }
);

const longestText = 256 * 1024;
const mostErrors = 20;
const mostNodes = 50_000;
/** Aliases of aliases make a short text long. */
const mostAliases = 100;
const deepest = 32;

/** The documents of a YAML text; what is broken is told in `faults`. */
export function locatedDocuments(text: string, faults: ContractFault[]): Located[] {
  if (text.length > longestText) {
    faults.push({ message: `it is longer than ${longestText} characters` });
    return [];
  }
  const lineCounter = new LineCounter();
  const documents = parsed(text, lineCounter, faults);
  const errors = documents.flatMap((document) => document.errors).slice(0, mostErrors);
  for (const { message, pos } of errors)
    faults.push({ message, line: lineCounter.linePos(pos[0]).line });
  if (faults.length > 0) return [];
  const locator = new Locator(lineCounter, faults);
  return documents.flatMap((document) =>
    document.contents ? [locator.locate(document.contents, document, 0)] : [],
  );
}

function parsed(text: string, lineCounter: LineCounter, faults: ContractFault[]): Document[] {
  try {
    return parseAllDocuments(text, { lineCounter, prettyErrors: false }) as Document[];
  } catch {
    faults.push({ message: 'it is nested too deep' });
    return [];
  }
}

class Locator {
  private readonly lines: LineCounter;
  private readonly faults: ContractFault[];
  private nodes = 0;
  private aliases = 0;
  private isRefused = false;

  constructor(lines: LineCounter, faults: ContractFault[]) {
    this.lines = lines;
    this.faults = faults;
  }

  locate(node: unknown, document: Document, depth: number): Located {
    const line = this.lineOf(node);
    this.nodes += 1;
    if (isAlias(node)) this.aliases += 1;
    if (this.nodes > mostNodes || this.aliases > mostAliases || depth > deepest) {
      if (!this.isRefused)
        this.faults.push({ line, message: 'it has too many values or is nested too deep' });
      this.isRefused = true;
      return scalar(null, line);
    }
    const inside = (child: unknown) => this.locate(child, document, depth + 1);
    if (isAlias(node)) return inside(node.resolve(document));
    if (isSeq(node)) return { kind: 'list', line, items: node.items.map(inside) };
    if (isMap(node))
      return {
        kind: 'map',
        line,
        entries: node.items.map(({ key, value }) => {
          const name = isScalar(key) ? String(key.value) : '';
          return [name, value === null ? scalar(null, this.lineOf(key)) : inside(value)] as const;
        }),
      };
    return isScalar(node) ? scalar(node.value, line, node.source) : scalar(null, line);
  }

  private lineOf(node: unknown): number {
    const range = (node as Node | undefined)?.range;
    return range ? this.lines.linePos(range[0]).line : 1;
  }
}

function scalar(value: unknown, line: number, source = String(value)): Located {
  return { kind: 'scalar', line, value, source };
}
