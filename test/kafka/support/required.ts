/** Needs java and, the first time, mvn, so it runs only where it is asked for: MILLSTREAM_REQUIRE=kafka. */
export const isRequired = (process.env['MILLSTREAM_REQUIRE'] ?? '').split(',').includes('kafka');

/** Where the broker of the tests listens; the one that crashes and the one that asks who comes have ports of their own. */
export const PORT = 9392;
export const CRASH_PORT = 9492;
export const SECURE_PORT = 9592;
export const BOOTSTRAP = `127.0.0.1:${PORT}`;
