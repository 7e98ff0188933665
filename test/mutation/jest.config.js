const unit = require('../../jest.config.js');

/** Mutants of the pure modules are tried against the unit tests alone. */
module.exports = { ...unit, rootDir: '../..', testMatch: ['<rootDir>/test/unit/**/*.test.mts'] };
