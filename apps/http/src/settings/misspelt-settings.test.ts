import { describe, expect, test } from 'vitest';
import { describeMisspeltSettings } from './misspelt-settings.ts';
import { SettingsSchema } from './settings.ts';

const KNOWN = Object.keys(SettingsSchema.entries);

const describeNames = (...names: string[]): readonly string[] => describeMisspeltSettings(names, KNOWN);

describe('describeMisspeltSettings', () => {
  test.each([
    ['API_KEY_FILE', 'API_KEYS_FILE'],
    ['API_KEY', 'API_KEYS'],
    ['APIKEYS', 'API_KEYS'],
    ['RETENTION_DAY', 'RETENTION_DAYS'],
    ['RETENTION_DAYS_BY_TYPES', 'RETENTION_DAYS_BY_TYPE'],
    ['EVENTSTORE', 'EVENT_STORE'],
    ['EVENT_STOER', 'EVENT_STORE'],
    ['RATELIMIT', 'RATE_LIMIT'],
    ['EVENT_RATE_LIMIT', 'EVENTS_RATE_LIMIT'],
    ['REDIS_URI', 'REDIS_URL'],
    ['CORS_ORIGIN', 'CORS_ORIGINS'],
    ['TRUST_PROXY_HOP', 'TRUST_PROXY_HOPS'],
    ['BIND_ADRESS', 'BIND_ADDRESS'],
    ['bind_address', 'BIND_ADDRESS'],
    ['SHUTDOWN_TIMEOUT', 'SHUTDOWN_TIMEOUT_MS'],
  ])('suggests a setting for %s: %s', (name, setting) => {
    expect(describeNames(name)).toEqual([`${name}: unknown setting, did you mean ${setting}?`]);
  });

  test('lists the settings with the prefix of an unknown one', () => {
    expect(describeNames('RETENTION_POLICY_OF_EVENTS')).toEqual([
      'RETENTION_POLICY_OF_EVENTS: unknown setting; settings that begin with RETENTION_: RETENTION_DAYS, RETENTION_DAYS_BY_TYPE',
    ]);
  });

  test('accepts every setting', () => {
    expect(describeNames(...KNOWN)).toEqual([]);
  });

  test('accepts the variables of shells, npm, containers, Kubernetes, systemd and tracing', () => {
    const names = `
      _ PATH HOME HOST HOSTNAME LANG LC_ALL LOGNAME MAIL OLDPWD PWD SHELL SHLVL TERM TMPDIR TZ USER EDITOR PAGER SORT COLOR NO_COLOR
      NODE NODE_ENV NODE_OPTIONS NODE_PATH NODE_VERSION NODE_COMPILE_CACHE INIT_CWD npm_config_cache npm_lifecycle_event npm_package_json
      YARN_VERSION CI DEBUG GITHUB_ACTIONS GITLAB_CI BUILD_NUMBER DATABASE_URL PGHOST PGPORT PGUSER PGPASSWORD AWS_REGION
      KUBERNETES_SERVICE_HOST KUBERNETES_SERVICE_PORT KUBERNETES_SERVICE_PORT_HTTPS KUBERNETES_PORT KUBERNETES_PORT_443_TCP
      KUBERNETES_PORT_443_TCP_ADDR KUBERNETES_PORT_443_TCP_PORT KUBERNETES_PORT_443_TCP_PROTO
      EVENT_STORE_SERVICE_HOST EVENT_STORE_SERVICE_PORT EVENT_STORE_PORT EVENT_STORE_PORT_8080_TCP EVENT_STORE_PORT_8080_TCP_ADDR
      EVENT_TRACKER_PORT EVENT_TRACKER_SERVICE_HOST REDIS_PORT REDIS_HOST REDIS_PASSWORD REDIS_SERVICE_HOST RATE_LIMITER_SERVICE_HOST
      INVOCATION_ID JOURNAL_STREAM SYSTEMD_EXEC_PID NOTIFY_SOCKET LISTEN_FDS STATE_DIRECTORY
      OTEL_EXPORTER_OTLP_ENDPOINT OTEL_SERVICE_NAME OTEL_BSP_MAX_QUEUE_SIZE JAVA_HOME GOPATH BASH_ENV DYNO WEB_CONCURRENCY MEMORY_AVAILABLE
      LOG_FORMAT LOG_FILE SENTRY_DSN MAX_OLD_SPACE_SIZE UV_THREADPOOL_SIZE MALLOC_ARENA_MAX SSL_CERT_FILE HTTP_PROXY HTTPS_PROXY NO_PROXY
    `;
    expect(describeNames(...names.trim().split(/\s+/))).toEqual([]);
  });
});
