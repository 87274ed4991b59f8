export interface GaugeValue {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** The values in a text of Prometheus' format. */
export function gaugesIn(text: string): readonly GaugeValue[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = LINE.exec(line) ?? [];
    if (name === undefined) return [];
    const pairs = [...labels.matchAll(LABEL)].map(
      ([, key = '', text_ = '']) => [key, text_] as const,
    );
    return [{ name, labels: new Map(pairs), value: Number(value) }];
  });
}
