import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runProgram, runShell, startShell } from './support/program.ts';

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
    ['event-tracker serve --p', '--port'],
    ['event-tracker serve --u', ''],
  ])('completes %j in bash', async (line, completed) => {
    const script = await saveScript('bash');
    const words = line.split(' ');
    const { stdout, stderr } = await runShell(
      `. ${script}; COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; _event_tracker; echo "\${COMPREPLY[@]}"`,
    );
    expect({ stdout, stderr }).toEqual({ stdout: `${completed}\n`, stderr: '' });
  });

  // On a terminal, with the key Tab.
  const SHELLS = [
    { shell: 'bash', command: 'bash --norc --noprofile -i', setUp: '' },
    { shell: 'zsh', command: 'zsh -f -i', setUp: 'autoload -U compinit; compinit -u -D' },
  ].filter(({ shell }) => isInstalled(shell));
  test.each(SHELLS)('completes what a person types in $shell', async ({ shell, command, setUp }) => {
    const terminal = startShell(`script -qec '${command}' /dev/null`, {
      env: { HOME: folder, TERM: 'dumb' },
      input: [
        setUp,
        `. ${await saveScript(shell)}`,
        'event-tracker() { echo "RAN:$*:"; }',
        'event-tracker qu\t--si\t1h',
        'event-tracker schema ch\tlogin.json',
        'exit',
        '',
      ].join('\n'),
    });
    const { stdout } = await terminal.result;
    expect([...stdout.matchAll(/^RAN:(.+):\r$/gm)].map(([, args]) => args)).toEqual([
      'query --since 1h',
      'schema check login.json',
    ]);
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
    expect(complete('').stdout).toMatch(/^serve submit query .* --url --key-file\n$/);
    expect(complete('schema', '').stdout).toMatch(/^check infer --url --key-file\n$/);
    expect(complete('--url', 'http://a', 'schema', 'check', '').stdout).toMatch(/^--since .*--event-type/);
  });

  test('refuses other shells', async () => {
    expect(await runProgram(['completion', 'cmd'])).toMatchObject({ code: 2, stdout: '' });
  });
});
