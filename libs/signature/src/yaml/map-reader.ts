import type { ContractFault } from '../invalid-contract.ts';
import type { Located } from './located.ts';

/** Reads the keys of a mapping; what is not as expected goes to `faults` with its line and key. */
export class MapReader {
  readonly line: number;
  private readonly path: string;
  private readonly entries: ReadonlyMap<string, Located>;
  private readonly faults: ContractFault[];

  /** @param path what to call the mapping: '' or `contract.inputs.x.` */
  constructor(node: Located, path: string, faults: ContractFault[]) {
    this.line = node.line;
    this.path = path;
    this.faults = faults;
    if (node.kind !== 'map') this.fault('', node, 'is no mapping');
    const entries = node.kind === 'map' ? node.entries : [];
    this.entries = new Map(entries);
  }

  get keys(): readonly string[] {
    return [...this.entries.keys()];
  }

  /** Faults each key that is not among `known`, which are in kebab-case; snake_case is the same. */
  expectOnly(known: readonly string[]): void {
    for (const [key, node] of this.entries)
      if (!known.includes(key.replaceAll('_', '-')))
        this.fault(key, node, `is no key here; known are ${known.join(', ')}`);
  }

  get(key: string): Located | undefined {
    const node = this.entries.get(key) ?? this.entries.get(key.replaceAll('-', '_'));
    return node?.kind === 'scalar' && node.value === null ? undefined : node;
  }

  map(key: string): MapReader | undefined {
    const node = this.get(key);
    return node && new MapReader(node, `${this.path}${key}.`, this.faults);
  }

  /** A scalar as it is written; numbers and booleans are texts too. */
  text(key: string): string | undefined {
    const node = this.get(key);
    return node && this.textOf(node, key);
  }

  flag(key: string): boolean | undefined {
    const node = this.get(key);
    if (node === undefined || (node.kind === 'scalar' && typeof node.value === 'boolean'))
      return node?.value as boolean | undefined;
    this.fault(key, node, 'is true or false');
    return undefined;
  }

  texts(key: string): string[] | undefined {
    const node = this.get(key);
    if (node === undefined) return undefined;
    if (node.kind === 'list')
      return node.items.flatMap((item, index) => this.textOf(item, `${key}[${index}]`) ?? []);
    this.fault(key, node, 'is a list');
    return undefined;
  }

  textMap(key: string): Record<string, string> | undefined {
    const inner = this.map(key);
    if (!inner) return undefined;
    const texts = [...inner.entries.keys()].flatMap((name) => {
      const text = inner.text(name);
      return text === undefined ? [] : [[name, text] as const];
    });
    return Object.fromEntries(texts);
  }

  private textOf(node: Located, key: string): string | undefined {
    if (node.kind === 'scalar') return node.source;
    this.fault(key, node, 'is a text');
    return undefined;
  }

  fault(key: string, { line }: { readonly line: number }, message: string): void {
    const path = (this.path + key).replace(/\.$/, '') || 'the document';
    this.faults.push({ line, message: `'${path.slice(0, 200)}' ${message}` });
  }
}
