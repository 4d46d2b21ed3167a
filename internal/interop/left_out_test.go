//go:build !interop

package interop_test

import (
	"os"
	"testing"
)

func TestInteropLeftOut(t *testing.T) {
	if os.Getenv("CI") == "true" && os.Getenv(pythonVariable) != "" {
		t.Fatalf("%s is set, but the tests were built without the tag interop", pythonVariable)
	}
	t.Logf("left out: tests against the original package, which need -tags interop, %s and %s", pythonVariable, scriptVariable)
}
