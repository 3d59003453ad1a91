export { type ClickHouseEventStoreOptions, createClickHouseEventStore } from './clickhouse-event-store.ts';
