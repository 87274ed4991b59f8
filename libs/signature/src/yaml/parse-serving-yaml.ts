import { type ContractFault, InvalidContract } from '../invalid-contract.ts';
import type { Signature } from '../signature.ts';
import { contractOf } from './contract-section.ts';
import { type Located, locatedDocuments } from './located.ts';
import { MapReader } from './map-reader.ts';

/** A document of `serving.yaml` of kind Model. */
export interface ServingModel {
  /** Where it begins, counted from 1. */
  readonly line: number;
  readonly team?: string;
  readonly name?: string;
  readonly runtime?: string;
  /** As written: relative to the folder of the file. */
  readonly payload?: readonly string[];
  readonly installCommand?: string;
  readonly contract?: Signature;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly aliases?: readonly string[];
  readonly trainingData?: string;
  readonly needsAllFiles?: boolean;
  readonly allowUnknownSignature?: boolean;
  readonly signatureOverride?: string;
  /** Keys of Hydrosphere that have no effect here. */
  readonly ignored: readonly string[];
}

const ignoredKeys = ['monitoring', 'monitoring-configuration'];
const keys = [
  'kind',
  'team',
  'name',
  'runtime',
  'payload',
  'install-command',
  'contract',
  'metadata',
  'aliases',
  'training-data',
  'needs-all-files',
  'allow-unknown-signature',
  'signature-override',
  ...ignoredKeys,
];

/**
 * The models of a `serving.yaml` in the format of Hydrosphere, both generations; `name` may be `team/name`.
 * @throws InvalidContract with line and key of every fault
 */
export function parseServingYaml(text: string, source = 'serving.yaml'): readonly ServingModel[] {
  const faults: ContractFault[] = [];
  const models = locatedDocuments(text, faults).map((document) => modelOf(document, faults));
  if (faults.length === 0 && models.length === 0)
    faults.push({ message: 'it has no document of kind Model' });
  if (faults.length > 0) throw new InvalidContract(source, faults);
  return models;
}

function modelOf(document: Located, faults: ContractFault[]): ServingModel {
  const map = new MapReader(document, '', faults);
  const kind = map.text('kind');
  if (kind !== 'Model') {
    const why =
      kind === undefined ? 'is missing: write kind: Model' : 'is not supported: only Model is';
    map.fault('kind', map.get('kind') ?? map, why);
    return { line: map.line, ignored: [] };
  }
  map.expectOnly(keys);
  const contract = map.map('contract');
  const payload = map.get('payload')?.kind === 'scalar' ? 'text' : 'list';
  const model = {
    ...nameOf(map),
    runtime: map.text('runtime'),
    payload: payload === 'text' ? textList(map.text('payload')) : map.texts('payload'),
    installCommand: map.text('install-command'),
    contract: contract && contractOf(contract),
    metadata: map.textMap('metadata'),
    aliases: map.texts('aliases'),
    trainingData: map.text('training-data'),
    needsAllFiles: map.flag('needs-all-files'),
    allowUnknownSignature: map.flag('allow-unknown-signature'),
    signatureOverride: map.text('signature-override'),
  };
  return {
    line: map.line,
    ...definedIn(model),
    ignored: ignoredKeys.filter((key) => map.get(key)),
  };
}

/** `team` has its own key, or stands before the name. */
function nameOf(map: MapReader): { team: string | undefined; name: string | undefined } {
  const name = map.text('name');
  const team = map.text('team');
  const slash = name?.indexOf('/') ?? -1;
  if (name === undefined || slash < 0) return { team, name };
  const before = name.slice(0, slash);
  if (team !== undefined && team !== before)
    map.fault('team', map.get('team') ?? map, `is '${team}', but the name says '${before}'`);
  return { team: before, name: name.slice(slash + 1) };
}

function textList(text: string | undefined): string[] | undefined {
  return text === undefined ? undefined : [text];
}

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

function definedIn<T extends object>(object: T): Defined<T> {
  return Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== undefined),
  ) as Defined<T>;
}
