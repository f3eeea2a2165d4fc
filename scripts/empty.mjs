// Stands in for modules that must not be there: `server-only` in tests, and the form library's default validator, which
// generates code at run time and is imported only for its own tests.
export default {};
