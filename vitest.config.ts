import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Examples import the package by its name, and are tested with the sources.
  resolve: {
    alias: {
      'millstream/kafka': new URL('src/kafka.ts', import.meta.url).pathname,
      millstream: new URL('src/index.ts', import.meta.url).pathname,
    },
  },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/kafka/support/global-setup.ts'],
    // A test that hangs must say so well before a CI run gives up.
    testTimeout: 60_000,
  },
});
