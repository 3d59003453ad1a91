import { describe, expect, test } from 'vitest';
import {
  createFrameParser,
  type EventFrame,
  writeEventFrame,
  writeFirstFrame,
  writePositionFrame,
} from './event-stream.ts';
import { EVENT } from './examples.ts';

const STREAM = writeFirstFrame('p0', 2_500) + writeEventFrame('p1', EVENT) + writePositionFrame('p2');
const FRAMES: readonly EventFrame[] = [
  { position: 'p0', data: undefined, retryMs: 2_500 },
  { position: 'p1', data: JSON.stringify(EVENT), retryMs: undefined },
  { position: 'p2', data: undefined, retryMs: undefined },
];

function parse(...pieces: readonly string[]): EventFrame[] {
  return pieces.flatMap(createFrameParser());
}

describe('createFrameParser', () => {
  test('reads the frames that the server writes', () => {
    expect(parse(STREAM)).toEqual(FRAMES);
  });

  test.each(['\n', '\r\n', '\r'])('reads them with any line break (%j), wherever the text is cut', (lineBreak) => {
    const text = `${STREAM.replaceAll('\n', lineBreak)}: the end${lineBreak}`;
    expect(parse(...text)).toEqual(FRAMES);
    for (let cut = 0; cut <= text.length; cut++) expect(parse(text.slice(0, cut), text.slice(cut))).toEqual(FRAMES);
  });

  test('ignores comments, unknown fields, other names and a retry that is no number', () => {
    expect(parse(': x\nevent: y\nid\nidentity: z\nretry: 1e3\ndata: 1\n\n')).toEqual([
      { position: '', data: '1', retryMs: undefined },
    ]);
  });

  test('joins several lines of data, and drops at most one space before a value', () => {
    expect(parse('data:a\ndata:  b\ndata\n\n')).toEqual([{ position: undefined, data: 'a\n b\n', retryMs: undefined }]);
  });

  test('returns no frame before its blank line', () => {
    expect(parse('id: p1\ndata: {}\n')).toEqual([]);
  });
});
