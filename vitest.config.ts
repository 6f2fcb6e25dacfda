import { defineConfig } from 'vitest/config';

const NEEDS_SERVERS = '{libs,apps}/*/src/**/*.int.spec.ts';
const END_TO_END = 'e2e/**/*.e2e.spec.ts';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{libs,apps}/*/src/**/*.spec.ts', 'playbooks/**/*.spec.ts'],
          exclude: [NEEDS_SERVERS, '**/fixtures/**'],
          testTimeout: 20_000,
        },
      },
      { test: { name: 'int', include: [NEEDS_SERVERS], testTimeout: 60_000, hookTimeout: 60_000, maxWorkers: 2 } },
      {
        test: {
          name: 'e2e',
          include: [END_TO_END],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
