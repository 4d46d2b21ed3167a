//go:build slow

package kernel

const sample = 10 << 20 // deviates a test of quality draws
