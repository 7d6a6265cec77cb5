'use strict'
// Loaded with --require: a machine whose clock is CLOCK_BACK seconds behind.
const back = Number(process.env.CLOCK_BACK || 0) * 1000
const now = Date.now
Date.now = () => now() - back
