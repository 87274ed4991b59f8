interface HistogramKind {
  readonly labels: readonly string[];
  readonly help: string;
  /** Upper bounds in seconds. */
  readonly buckets: readonly number[];
}

const REQUEST_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 600];
const BUILD_S = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200,
];

/** What is measured as it happens, in the process where it happens. */
export const HISTOGRAMS = {
  floe_http_request_seconds: {
    labels: ['method', 'route', 'status'],
    help: 'From the arrival of a request to the end of its answer.',
    buckets: REQUEST_S,
  },
  floe_build_seconds: {
    labels: ['outcome'],
    help: 'From the upload of a build to its end.',
    buckets: BUILD_S,
  },
  floe_build_stage_seconds: {
    labels: ['stage'],
    help: 'How long builds that have ended were in a state of the journey.',
    buckets: BUILD_S,
  },
} as const satisfies Readonly<Record<string, HistogramKind>>;

export type HistogramName = keyof typeof HISTOGRAMS;
