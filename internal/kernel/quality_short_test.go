//go:build !slow

package kernel

const sample = 1 << 20 // deviates a test of quality draws; the slow tests draw more
