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
    ['event-tracker schema ch', 'check'],
    ['event-tracker schema --ke', '--key-file'],
    ['event-tracker --url http://a schema check login.json --si', '--since'],
    ['event-tracker schema infer login --fo', ''],
    ['event-tracker query check --op', ''],
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
    expect(complete('event-tracker schema ch').stdout).toMatch(/^check\t/);
    expect(complete('event-tracker schema check login.json --event').stdout).toMatch(/^--event-type\t/);
    expect(complete('event-tracker schema check ').stdout).not.toMatch(/^infer\t/m);
  });

  test.skipIf(!isInstalled('zsh'))('completes commands and options in zsh', async () => {
    const script = await saveScript('zsh');
    // In place of the functions of its completion system, which requires a terminal.
    const complete = (...words: string[]) =>
      spawnSync(
        'zsh',
        [
          '-f',
          '-c',
          `compdef() {}; compadd() { print $@ }; _files() {}; . ${script}; CURRENT=$#; words=("$@"); _event_tracker`,
          'zsh',
          'event-tracker',
          ...words,
        ],
        { encoding: 'utf8' },
      );
    expect(complete('').stdout).toMatch(/^submit query .* --url --key-file\n$/);
    expect(complete('schema', '').stdout).toMatch(/^check infer --url --key-file\n$/);
    expect(complete('--url', 'http://a', 'schema', 'check', '').stdout).toMatch(/^--since .*--event-type/);
  });

  test('refuses other shells', async () => {
    expect(await runProgram(['completion', 'cmd'])).toMatchObject({ code: 2, stdout: '' });
  });
});
