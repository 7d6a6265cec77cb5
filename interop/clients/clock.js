'use strict'
// Loaded with --require: sets the clock CLOCK_BACK seconds back.
const back = Number(process.env.CLOCK_BACK || 0) * 1000
const now = Date.now
Date.now = () => now() - back
