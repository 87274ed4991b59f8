import { ELSEWHERE, patternOf, type Route, ROUTES, type Service } from './routes.ts';

/** The whole nginx.conf of the proxy: one address for all services, nothing kept aside, nothing changed. */
export function nginxConf(): string {
  const locations = ROUTES.map((route) =>
    route.replicaBy === undefined
      ? location(`~ ${patternOf(route)}`, route.service)
      : hashedLocation(route, route.replicaBy),
  );
  return `${HEAD}
${[...locations, location('/', ELSEWHERE)].join('\n')}
${TAIL}`;
}

/** By a variable: the name is asked for again while nginx runs, so that new replicas are found. */
function location(match: string, service: Service): string {
  return `
    location ${match} {
      set $service ${service}:8080;
      proxy_pass http://$service;
    }`;
}

/** As far as the replicas are there: who does not answer is passed over, and its share alone goes to others. */
function hashedLocation(route: Route, part: string): string {
  const named = patternOf(route, part);
  return `
    location ~ ${named} {
      set $service ${route.service};
      set $replica_by $${part};
      proxy_pass http://${route.service}-replicas;
    }`;
}

const HEAD = `# Written by \`npm run proxy -w deploy\` from deploy/src/routes.ts. Do not edit.
worker_processes auto;
pid /tmp/nginx.pid;
# What was begun with the replicas of before goes on for so long.
worker_shutdown_timeout 3600s;
error_log stderr warn;

events {
  worker_connections 4096;
}

http {
  client_body_temp_path /tmp/body;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;
  server_tokens off;

  log_format json escape=json '{"time":"$time_iso8601","requestId":"$upstream_http_x_request_id","method":"$request_method",'
    '"path":"$uri","status":$status,"bytesIn":$request_length,"bytesOut":$bytes_sent,"seconds":$request_time,'
    '"service":"$service","upstream":"$upstream_addr"}';
  access_log /dev/stdout json;

  # Docker's own name server; replicas come and go.
  resolver 127.0.0.11 valid=2s ipv6=off;
  resolver_timeout 5s;

  # Its servers are written by start.sh.
  upstream upload-replicas {
    hash $replica_by consistent;
    include /tmp/upload-replicas.conf;
  }

  server {
    listen 8080;
    set $service '';
    set $replica_by '';
    merge_slashes off;
    absolute_redirect off;

    # Models have no bound, and their bytes go through as they come.
    client_max_body_size 0;
    client_body_timeout 300s;
    proxy_request_buffering off;
    proxy_buffering off;
    proxy_http_version 1.1;
    proxy_connect_timeout 5s;
    proxy_send_timeout 300s;
    # An archive that came whole may be read for long before it is answered.
    proxy_read_timeout 3600s;

    proxy_redirect off;
    proxy_set_header Host $http_host;
    proxy_set_header Connection '';
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_set_header X-Forwarded-Proto $scheme;

    # A service that does not answer is told as a service tells that a part is away.
    error_page 502 504 @away;
    location @away {
      internal;
      default_type application/problem+json;
      add_header Retry-After 1 always;
      return 503 '{"type":"/problems/unavailable","title":"unavailable","status":503,"code":"UNAVAILABLE","detail":"The service that answers here is away for the moment."}';
    }

    # Of the proxy itself; each service has its own.
    location = /healthz {
      access_log off;
      default_type application/json;
      return 200 '{"status":"ok"}';
    }

    # What processes measure is for whoever runs them: each is asked in their own network.
    location = /metrics {
      default_type application/problem+json;
      return 404 '{"type":"/problems/not-found","title":"not found","status":404,"code":"NOT_FOUND","detail":"There is nothing at this address."}';
    }`;

const TAIL = `  }
}
`;
