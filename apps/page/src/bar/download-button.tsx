import { useState } from 'preact/hooks';
import { download } from '../server/download.ts';

interface Props {
  readonly label: string;
  readonly path: () => string;
  readonly mediaType: string;
  readonly fileName: string;
}

/** A button that downloads the response of a call. */
export function DownloadButton({ label, path, mediaType, fileName }: Props) {
  const [state, setState] = useState<'ready' | 'loading' | 'failed'>('ready');
  async function save(): Promise<void> {
    setState('loading');
    try {
      await download(path(), mediaType, fileName);
      setState('ready');
    } catch {
      setState('failed');
    }
  }
  const shown = { ready: label, loading: 'Downloading …', failed: `${label} failed: try again` }[state];
  return (
    <button type="button" disabled={state === 'loading'} onClick={() => void save()}>
      {shown}
    </button>
  );
}
