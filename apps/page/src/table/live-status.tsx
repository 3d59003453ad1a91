import { liveState, resume, waitingCount } from './events.ts';

/** Shows whether new events appear, and how many wait. */
export function LiveStatus() {
  const waiting = waitingCount.value;
  const state = liveState.value;
  if (state === 'failed') return <span class="live live-off">Not live</span>;
  if (state === 'off') return <span class="live live-off">Not live: the range has ended</span>;
  if (state === 'connecting') return <span class="live live-off">Connecting …</span>;
  if (state === 'reconnecting') return <span class="live live-reconnecting">Reconnecting …</span>;
  if (state === 'live') return <span class="live live-on">Live</span>;
  return (
    <button type="button" class="live live-paused" title="Show new events" onClick={showNew}>
      {waiting === 0 ? 'Paused' : `Paused, ${waiting.toLocaleString('en')} new`}
    </button>
  );
}

function showNew(): void {
  resume();
  document.querySelector('.table')?.scrollTo({ top: 0 });
}
