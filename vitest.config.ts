import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // A test that hangs must say so well before a CI run gives up.
    testTimeout: 20_000,
  },
});
