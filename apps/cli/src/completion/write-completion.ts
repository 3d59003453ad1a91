import type { Command, Option } from 'commander';

/** Writes the script that completes the commands and options of a program, for each shell. */
export const writeCompletion = { bash: writeForBash, zsh: writeForZsh, fish: writeForFish } as const;

/** A command, and the words that select it, such as `schema` and `check`. */
interface CommandPath {
  readonly path: readonly string[];
  readonly command: Command;
}

function writeForBash(program: Command): string {
  return `_event_tracker() {
  local word="\${COMP_WORDS[COMP_CWORD]}" command= words i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$command \${COMP_WORDS[i]}" in
      ${patternOf(program)}) command="$command \${COMP_WORDS[i]}" ;;
    esac
  done
  case "$command" in
${casesOf(program, (words) => `words="${words}"`)}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _event_tracker event-tracker
`;
}

function writeForZsh(program: Command): string {
  return `#compdef event-tracker
_event_tracker() {
  local command= word
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$command $word" in
      ${patternOf(program)}) command="$command $word" ;;
    esac
  done
  case "$command" in
${casesOf(program, (words) => `compadd -- ${words}`)}
  esac
  _files
}
compdef _event_tracker event-tracker
`;
}

function writeForFish(program: Command): string {
  const lines = pathsOf(program).flatMap(({ path, command }) => [
    ...command.commands.map(
      (child) => `'${seen(path)}; and not ${seenAny(namesOf(command))}' ${describeForFish(child)}`,
    ),
    ...optionsOf(program, command).map(
      ({ long = '', description }) => `'${seen(path)}' -l ${long.slice(2)} -d ${quote(description)}`,
    ),
  ]);
  const first = program.commands.map((command) => `__fish_use_subcommand ${describeForFish(command)}`);
  return [...first, ...lines].map((line) => `complete -c event-tracker -n ${line}\n`).join('');
}

function describeForFish(command: Command): string {
  return `-f -a ${command.name()} -d ${quote(command.description())}`;
}

/** Returns the condition of fish that all of the words are in the line. */
function seen(path: readonly string[]): string {
  return path.map((name) => seenAny([name])).join('; and ');
}

function seenAny(names: readonly string[]): string {
  return `__fish_seen_subcommand_from ${names.join(' ')}`;
}

/** Returns the pattern of `case` that all commands match, each as its words with a space before each. */
function patternOf(program: Command): string {
  return pathsOf(program).map(wordsOf).join('|');
}

/** Returns the branches of `case`: what can follow each command, and the commands if there is none yet. */
function casesOf(program: Command, write: (words: string) => string): string {
  const branches = pathsOf(program).map((one): [string, readonly string[]] => [
    wordsOf(one),
    [...namesOf(one.command), ...optionsOf(program, one.command).map(({ long = '' }) => long)],
  ]);
  const first: [string, readonly string[]] = [
    '*',
    [...namesOf(program), ...program.options.map(({ long = '' }) => long)],
  ];
  return [...branches, first].map(([pattern, words]) => `    ${pattern}) ${write(words.join(' '))} ;;`).join('\n');
}

function wordsOf({ path }: CommandPath): string {
  return `" ${path.join(' ')}"`;
}

/** Returns all commands below a command. */
function pathsOf(parent: Command, parents: readonly string[] = []): readonly CommandPath[] {
  return parent.commands.flatMap((command) => {
    const path = [...parents, command.name()];
    return [{ path, command }, ...pathsOf(command, path)];
  });
}

function namesOf(command: Command): readonly string[] {
  return command.commands.map((child) => child.name());
}

function optionsOf(program: Command, command: Command): readonly Option[] {
  const shared = program.options.filter(({ long }) => long !== '--version');
  return command.createHelp().showGlobalOptions ? [...command.options, ...shared] : command.options;
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
