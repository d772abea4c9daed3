import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // the default leaves one core to others: half of the time on a machine with two
    maxWorkers: '100%',
    // real processes, real SQLite files and a real workerd start in some tests
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
