import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runProgram, runShell } from './support/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'event-tracker-completion-'));
afterAll(() => rmSync(folder, { recursive: true }));

function isInstalled(shell: string): boolean {
  return spawnSync(shell, ['-c', 'true']).status === 0;
}

async function saveScript(shell: string): Promise<string> {
  const { code, stdout } = await runProgram(['completion', shell]);
  expect(code).toBe(0);
  const path = join(folder, shell);
  writeFileSync(path, stdout);
  return path;
}

describe('completion', () => {
  test.each([
    ['event-tracker qu', 'query'],
    ['event-tracker query --si', '--since'],
    ['event-tracker --url http://a query event_type=a --li', '--limit'],
    ['event-tracker import --ma', '--map'],
    ['event-tracker tail --ke', '--key-file'],
  ])('completes %j in bash', async (line, completed) => {
    const script = await saveScript('bash');
    const words = line.split(' ');
    const { stdout, stderr } = await runShell(
      `. ${script}; COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; _event_tracker; echo "\${COMPREPLY[@]}"`,
    );
    expect({ stdout, stderr }).toEqual({ stdout: `${completed}\n`, stderr: '' });
  });

  test.skipIf(!isInstalled('fish'))('completes commands and options in fish', async () => {
    const script = await saveScript('fish');
    const complete = (line: string) =>
      spawnSync('fish', ['-N', '-c', `source ${script}; complete -C '${line}'`], { encoding: 'utf8' });
    expect(complete('event-tracker qu').stdout).toMatch(/^query\t/);
    expect(complete('event-tracker query --si').stdout).toMatch(/^--since\t/);
  });

  test.skipIf(!isInstalled('zsh'))('prints a script that zsh parses', async () => {
    expect(spawnSync('zsh', ['-n', await saveScript('zsh')], { encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    });
  });

  test('refuses other shells', async () => {
    expect(await runProgram(['completion', 'cmd'])).toMatchObject({ code: 2, stdout: '' });
  });
});
