/** What Nx hands over, as far as it is looked at. */
interface ExecutorContext {
  readonly projectName?: string;
  readonly projectsConfigurations: { readonly projects: Readonly<Record<string, { readonly root: string }>> };
}
interface TaskGraph {
  readonly tasks: Readonly<Record<string, { readonly id: string; readonly target: { readonly project: string } }>>;
}

type BatchArguments = readonly [inputs: unknown, overrides: unknown, context: ExecutorContext];

/** What came of a project: what is printed under its name, and whether all is well. */
export interface Checked {
  readonly success: boolean;
  readonly terminalOutput: string;
}

/** Checks projects, named by their folders (`libs/llm`, or `.`), all in one go. A project that is not in the result is well. */
export type CheckAll = (folders: readonly string[]) => Promise<ReadonlyMap<string, Checked>>;

const WELL: Checked = { success: true, terminalOutput: '' };

const folderOf = (context: ExecutorContext, project: string): string =>
  context.projectsConfigurations.projects[project]?.root ?? '.';

/**
 * The two forms in which Nx wants an executor: for one project, and for all of a run at a time. The second is what makes a fresh
 * clone no slower than without Nx: a program, a linter or a test runner is loaded once, and what came of each project is cached all
 * the same.
 */
export const executorOf = (check: CheckAll) => ({
  one: async (_options: unknown, context: ExecutorContext): Promise<{ readonly success: boolean }> => {
    const folder = folderOf(context, context.projectName ?? '');
    const { success, terminalOutput } = (await check([folder])).get(folder) ?? WELL;
    if (terminalOutput !== '') console.log(terminalOutput);
    return { success };
  },
  all: async (graph: TaskGraph, ...[, , context]: BatchArguments): Promise<Readonly<Record<string, Checked>>> => {
    const tasks = Object.values(graph.tasks).map(({ id, target }) => ({
      id,
      folder: folderOf(context, target.project),
    }));
    const checked = await check(tasks.map(({ folder }) => folder));
    // Nx shows no output of the tasks of a batch that have failed.
    for (const { success, terminalOutput } of checked.values()) if (!success) console.log(terminalOutput);
    return Object.fromEntries(tasks.map(({ id, folder }) => [id, checked.get(folder) ?? WELL]));
  },
});
