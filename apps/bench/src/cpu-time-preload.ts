/*
 * Loaded into a server before it starts (`--import`). Responds to any message with the CPU time that the process has used, in
 * microseconds.
 */
import process from 'node:process';

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.(user + system);
});
process.channel?.unref(); // so that the channel does not keep the server running
