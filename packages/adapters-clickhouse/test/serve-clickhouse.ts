/*
 * A ClickHouse server over HTTP for the tests and benchmarks of the apps, which must not import internals of this package.
 * Run as a child process, it sends its URL and stops when it is disconnected.
 */
import { startPeer } from './clickhouse-peer.ts';
import { findEngine } from './engine.ts';

const engine = await findEngine();
const peer = engine && (await startPeer(engine.client));
process.once('disconnect', async () => {
  await peer?.stop();
  process.exit();
});
process.send?.(peer?.url.replace('http:', 'clickhouse:') ?? null);
