/*
 * A ClickHouse behind HTTP for the tests and measurements of an app, which must not import what is inside of this package:
 * run as a child process, it sends its URL and ends when it is disconnected.
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
