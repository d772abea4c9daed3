import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // real processes, real SQLite files and a real workerd start in some tests
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
