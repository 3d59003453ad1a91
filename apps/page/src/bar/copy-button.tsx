import { useState } from 'preact/hooks';

interface Props {
  readonly label: string;
  readonly text: () => string;
}

/** A button that copies text, and shows that it did. */
export function CopyButton({ label, text }: Props) {
  const [state, setState] = useState<'ready' | 'copied' | 'failed'>('ready');
  async function copy(): Promise<void> {
    try {
      await writeText(text());
      setState('copied');
    } catch {
      setState('failed');
    }
    setTimeout(() => setState('ready'), 1_500);
  }
  const shown = { ready: label, copied: 'Copied', failed: 'Not copied' }[state];
  return (
    <button type="button" onClick={() => void copy()} aria-live="polite">
      {shown}
    </button>
  );
}

/** Copies text, also on a page without TLS, where browsers do not have `navigator.clipboard`. */
async function writeText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  const isCopied = document.execCommand('copy');
  area.remove();
  if (!isCopied) throw new Error('the browser does not allow to copy');
}
