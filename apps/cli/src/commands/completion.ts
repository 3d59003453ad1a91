import { Argument, type Command } from 'commander';
import { writeOutput } from '../output/standard-output.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

export function defineCompletion(program: Command): void {
  program
    .command('completion')
    .description('Prints a script that completes commands and options in a shell.')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .action(async (shell: Shell) => {
      const { writeCompletion } = await import('../completion/write-completion.ts');
      await writeOutput(writeCompletion[shell](program));
    });
}
