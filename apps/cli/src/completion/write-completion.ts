import type { Command, Option } from 'commander';

/** Writes the script that completes the commands and options of a program, for each shell. */
export const writeCompletion = { bash: writeForBash, zsh: writeForZsh, fish: writeForFish } as const;

function writeForBash(program: Command): string {
  return `_event_tracker() {
  local word="\${COMP_WORDS[COMP_CWORD]}" command= words i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in
      ${namesOf(program).join('|')}) command="\${COMP_WORDS[i]}"; break ;;
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
  local command=\${words[(r)(${namesOf(program).join('|')})]}
  case "$command" in
${casesOf(program, (words) => `compadd -- ${words}`)}
  esac
  _files
}
compdef _event_tracker event-tracker
`;
}

function writeForFish(program: Command): string {
  const commands = program.commands.map(
    (command) =>
      `complete -c event-tracker -n __fish_use_subcommand -f -a ${command.name()} -d ${quote(command.description())}`,
  );
  const options = program.commands.flatMap((command) =>
    optionsOf(program, command).map(
      ({ long = '', description }) =>
        `complete -c event-tracker -n '__fish_seen_subcommand_from ${command.name()}' -l ${long.slice(2)} -d ${quote(description)}`,
    ),
  );
  return `${[...commands, ...options].join('\n')}\n`;
}

/** Returns the branches of `case`: the options of each command, and the commands if there is none yet. */
function casesOf(program: Command, write: (words: string) => string): string {
  const branches = program.commands.map((command): [string, readonly string[]] => [
    command.name(),
    optionsOf(program, command).map(({ long = '' }) => long),
  ]);
  const first: [string, readonly string[]] = [
    '*',
    [...namesOf(program), ...program.options.map(({ long = '' }) => long)],
  ];
  return [...branches, first].map(([pattern, words]) => `    ${pattern}) ${write(words.join(' '))} ;;`).join('\n');
}

function namesOf(program: Command): readonly string[] {
  return program.commands.map((command) => command.name());
}

function optionsOf(program: Command, command: Command): readonly Option[] {
  const shared = program.options.filter(({ long }) => long !== '--version');
  return [...command.options, ...shared];
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
