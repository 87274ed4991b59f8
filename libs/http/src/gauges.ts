interface GaugeKind {
  readonly labels: readonly string[];
  readonly help: string;
}

/** What is measured besides the process itself, on one screen; an alert that rests on a name must not lose it. */
export const GAUGES = {
  floe_source_up: {
    labels: ['source'],
    help: '1 when the source could be read at this scrape; 0: its other gauges are missing.',
  },
  floe_builds_open: { labels: ['state'], help: 'Builds without an end, by state.' },
  floe_builds_open_silent_seconds: {
    labels: [],
    help: 'For how long nothing was told of the open build that is silent the longest.',
  },
  floe_versions: { labels: [], help: 'Version numbers that were given.' },
  floe_jobs: { labels: ['service', 'state'], help: 'Leased jobs that are waiting or running.' },
  floe_job_oldest_waiting_seconds: {
    labels: ['service'],
    help: 'Age of the job that waits the longest.',
  },
  floe_job_lease_overdue_seconds: {
    labels: ['service'],
    help: 'For how long the lease of a running job is past its end, of the one longest past it.',
  },
  floe_outbox_unsent: { labels: ['service'], help: 'Facts that are not published yet.' },
  floe_outbox_oldest_seconds: {
    labels: ['service'],
    help: 'Age of the oldest fact that is not published yet.',
  },
  floe_consumer_lag_records: {
    labels: ['group', 'topic', 'partition'],
    help: 'Records of a partition that the group has not committed.',
  },
  floe_dead_letters: {
    labels: ['group', 'topic'],
    help: 'Records that the group has given up and that are still kept.',
  },
  floe_http_received_bytes: {
    labels: [],
    help: 'What has come in over the connections of this process since it started.',
  },
  floe_http_sent_bytes: {
    labels: [],
    help: 'What has gone out over the connections of this process since it started.',
  },
} as const satisfies Readonly<Record<string, GaugeKind>>;

export type GaugeName = keyof typeof GAUGES;
