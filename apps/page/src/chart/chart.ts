import uPlot from 'uplot';
import { formatTime } from '../address/zoned-time.ts';
import { axisColor, gridColor } from './colors.ts';

/** A line or a row of bars. */
interface ChartSeries {
  readonly label: string;
  readonly color: string;
  /** One value for each instant; null leaves a gap. */
  readonly values: readonly (number | null)[];
}

export interface ChartOptions {
  readonly kind: 'bars' | 'lines';
  /** Where the time axis ends, in milliseconds since 1970: a bar is at the right of its instant. Default: the last instant. */
  readonly endMs?: number;
  readonly timeZone: string;
  /** Instants in milliseconds since 1970. */
  readonly instants: readonly number[];
  readonly series: readonly ChartSeries[];
  /** Receives the range that was dragged over. */
  readonly onSelect: (startMs: number, endMs: number) => void;
}

export interface Chart {
  resize(): void;
  destroy(): void;
}

const SECONDS_PER_DAY = 86_400;

/** Counts have no fractions. */
const WHOLE_STEPS = Array.from({ length: 15 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat();

/** Room at the right, in pixels, for half of the last label of the time axis: a date in FONT. */
const LABEL_ROOM = 36;
const FONT = '12px system-ui';

const HEIGHT = { bars: 140, lines: 280 };

/** Draws a chart into an element, as wide as the element. Drag over it to select a range. */
export function drawChart(element: HTMLElement, options: ChartOptions): Chart {
  const { kind, timeZone, instants, series, endMs, onSelect } = options;
  const axis = {
    stroke: axisColor(),
    grid: { stroke: gridColor(), width: 1 },
    ticks: { show: false },
    font: FONT,
  };
  const bars = uPlot.paths.bars?.({ size: [0.9, 60], align: 1 });
  const plot = new uPlot(
    {
      width: Math.max(element.clientWidth, 100),
      height: HEIGHT[kind],
      padding: [null, LABEL_ROOM, null, null],
      legend: { show: false },
      cursor: { drag: { x: true, y: false, setScale: false }, points: { show: kind === 'lines' } },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), timeZone),
      scales: {
        x: { range: (_, min, max) => [min, endMs === undefined ? max : endMs / 1_000] },
        y: { range: (_, min, max) => [Math.min(0, min ?? 0), Math.max(max ?? 0, Math.min(0, min ?? 0) + 1)] },
      },
      axes: [
        {
          ...axis,
          size: 30,
          space: 82,
          values: (_, ticks, __, ___, stepSeconds) => formatTicks(ticks, stepSeconds, timeZone),
        },
        {
          ...axis,
          size: 56,
          space: 28,
          ...(kind === 'bars' && { incrs: WHOLE_STEPS }),
          values: (_, ticks) => ticks.map(formatNumber),
        },
      ],
      series: [
        {},
        ...series.map(({ label, color }) => ({
          label,
          stroke: color,
          ...(kind === 'bars'
            ? { fill: color, width: 0, points: { show: false }, ...(bars && { paths: bars }) }
            : { width: 2 }),
        })),
      ],
      hooks: {
        setSelect: [
          (chart) => {
            const { left, width } = chart.select;
            if (width < 2) return;
            onSelect(chart.posToVal(left, 'x') * 1_000, chart.posToVal(left + width, 'x') * 1_000);
          },
        ],
      },
    },
    [instants.map((ms) => ms / 1_000), ...series.map(({ values }) => [...values])],
    element,
  );
  return {
    resize: () => plot.setSize({ width: Math.max(element.clientWidth, 100), height: HEIGHT[kind] }),
    destroy: () => plot.destroy(),
  };
}

/**
 * Formats instants in seconds as times of the day, and as dates where a day begins or the step is a day. Instants within the same
 * second have one label.
 */
function formatTicks(ticks: readonly number[], stepSeconds: number, timeZone: string): string[] {
  const labels = ticks.map((seconds) => {
    const [date = '', time = ''] = formatTime(new Date(seconds * 1_000).toISOString(), timeZone).split(' ');
    if (stepSeconds >= SECONDS_PER_DAY || time.startsWith('00:00:00')) return date;
    return stepSeconds >= 60 ? time.slice(0, 5) : time.slice(0, 8);
  });
  return labels.map((label, index) => (label === labels[index - 1] ? '' : label));
}

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

function formatNumber(value: number): string {
  return compact.format(value);
}
