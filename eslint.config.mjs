import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';
import { layerConstraints } from './libs/tooling/src/lint/layers.mjs';
import { houseRules } from './libs/tooling/src/lint/plugin.mjs';

const TESTS = ['**/*.spec.ts', '**/*.suite.ts', '**/testing/**', 'libs/testing/**', 'e2e/**'];
const DECISIONS = ['**/*.stage.ts', '**/domain/**/*.ts'];
/** Scripts that start processes; they are no service and have no config.ts. */
const SCRIPTS = ['libs/tooling/**', 'libs/testing/**', 'e2e/**', '**/measure/**', 'tools/**'];

/** Nx counts what a project's specs import. In production code the layers above already forbid each of these second halves. */
const THROUGH_TESTS = [
  ['@sluice/stage', '@sluice/transport'],
  ['@sluice/stage', '@sluice/testing'],
];

const sizes = {
  'max-depth': ['error', 3],
  'max-params': ['error', 3],
  complexity: ['error', 12],
};

const refusedSyntax = [
  {
    selector: 'TSEnumDeclaration',
    message: 'A union of strings instead of an enum: it reads the same in logs and JSON.',
  },
  { selector: 'ExportDefaultDeclaration', message: 'Named exports only: one name for one thing.' },
];

export default tseslint.config(
  { ignores: ['**/node_modules/**', 'dist/**', '.nx/**', '.sluice/**', '**/kafkajs-corrections/**'] },
  {
    files: ['**/*.ts'],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { '@typescript-eslint': tseslint.plugin, '@nx': nx, sluice: houseRules },
    rules: {
      ...sizes,
      'no-restricted-syntax': ['error', ...refusedSyntax],
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'] }],
      'prefer-const': 'error',
      eqeqeq: 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: false,
          allow: [],
          depConstraints: layerConstraints,
          ignoredCircularDependencies: THROUGH_TESTS,
        },
      ],
      'sluice/telling-folders': 'error',
      'sluice/vendor-home': 'error',
      'sluice/environment-in-config': 'error',
    },
  },
  { files: ['**/config.ts', ...SCRIPTS], rules: { 'sluice/environment-in-config': 'off' } },
  { files: DECISIONS, ignores: TESTS, rules: { 'sluice/pure-decision': 'error' } },
  { files: ['**/*.stage.ts', 'libs/stage/src/define-stage.ts'], rules: { 'max-params': ['error', 4] } },
  {
    files: TESTS,
    rules: {
      '@nx/enforce-module-boundaries': 'off',
      'sluice/whole-tests': 'error',
      'sluice/vendor-home': 'off',
      'sluice/environment-in-config': 'off',
      'max-params': ['error', 4],
    },
  },
  { files: ['libs/testing/src/eventually.ts'], rules: { 'sluice/whole-tests': 'off' } },
  { files: ['*.config.ts', '**/*.d.ts'], rules: { 'no-restricted-syntax': 'off' } },
);
