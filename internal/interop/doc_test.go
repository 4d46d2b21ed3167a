// Package interop_test trains and runs networks side by side with the original
// package. It needs Python with that package, so all but this file and what
// says that they are left out have the build tag interop:
//
//	PSYCHRNN_ORACLE=venv/bin/python PSYCHRNN_ORACLE_SCRIPT=oracle.py go test -tags interop -run Interop ./internal/interop
//
// The script translates its arguments into calls of the original.
package interop_test

// What the environment says about the original.
const (
	pythonVariable = "PSYCHRNN_ORACLE"        // a Python that has the original package
	scriptVariable = "PSYCHRNN_ORACLE_SCRIPT" // the script that calls it
)
