import { get } from './tracker.ts';

/**
 * Saves the response of a call as a file. The response is complete before it is saved.
 *
 * @throws an Error if the server refuses it, or the connection breaks
 */
export async function download(path: string, mediaType: string, fileName: string): Promise<void> {
  const response = await get(path, mediaType);
  if (!response.ok) throw new Error(`the server refused the download: ${response.status}`);
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
