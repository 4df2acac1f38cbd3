/**
 * Programs that a test starts speak English, whatever language the environment of whoever runs the tests
 * asks for. Imported for its effect; tests of the other language hand a process an environment of its own.
 *
 * @module
 */
process.env["LC_ALL"] = "C.UTF-8";
