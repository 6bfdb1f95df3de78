/** The SDK warns of every join that is refused, which is what many tests are about. Everything else is shown. */
const EXPECTED = /^Room connection was closed unexpectedly/;

const warn = console.warn;
console.warn = (...args: unknown[]) => {
  if (!EXPECTED.test(String(args[0]))) warn(...args);
};
