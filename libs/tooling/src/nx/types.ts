import ts from 'typescript';
import { root } from '../commands/checkout.ts';
import { executorOf, type Checked } from './batch.ts';
import { projectFolderOf } from './folders.ts';

const host = {
  getCanonicalFileName: (file: string) => file,
  getCurrentDirectory: () => root,
  getNewLine: () => '\n',
};

const configuration = (): ts.ParsedCommandLine => {
  const parsed = ts.getParsedCommandLineOfConfigFile(`${root}/tsconfig.json`, undefined, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
      throw new Error(ts.formatDiagnostic(diagnostic, host));
    },
  });
  if (!parsed) throw new Error('reading tsconfig.json: it has nothing in it');
  return parsed;
};

/** One program for all files of these projects. What they import is read for its types and not checked: that is its own project's task. */
const checkTypes = async (folders: readonly string[]): Promise<ReadonlyMap<string, Checked>> => {
  const { fileNames, options } = configuration();
  const own = fileNames.filter((file) => folders.includes(projectFolderOf(file)));
  // Declarations that nobody imports hold for all.
  const ambient = fileNames.filter((file) => file.endsWith('.d.ts'));
  const program = ts.createProgram({ rootNames: [...new Set([...own, ...ambient])], options });
  const forAll = [...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics()];
  const byFolder = Map.groupBy(own, projectFolderOf);
  return new Map(
    folders.map((folder) => {
      const diagnostics = (byFolder.get(folder) ?? []).flatMap((file) => {
        const source = program.getSourceFile(file);
        return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
      });
      const all = [...forAll, ...diagnostics];
      return [
        folder,
        { success: all.length === 0, terminalOutput: ts.formatDiagnosticsWithColorAndContext(all, host) },
      ];
    }),
  );
};

export const { one, all } = executorOf(checkTypes);
