const unit = require('../../jest.config.js');

// Thousands of mutants: each meets few histories, and all of them the same.
process.env.HISTORIES ??= '15';
process.env.SEED ??= '20261123';

/** Mutants of the pure modules are tried against the unit tests alone. */
module.exports = { ...unit, rootDir: '../..', testMatch: ['<rootDir>/test/unit/**/*.test.mts'] };
