// Package internal_test holds the packages of this module to the import table:
// who may import whom, and what the numerical packages may not touch.
package internal_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "psychrnn/"

// rooms is every package from the top of the house down: a room may import
// those below it, none beside or above.
var rooms = []string{
	"cmd/psychrnn",
	"internal/experiment",
	"internal/report",
	"internal/run",
	"internal/disk",
	"internal/analysis",
	"internal/inspect",
	"internal/train",
	"internal/grad",
	"internal/sim",
	"internal/external",
	"internal/task",
	"internal/model",
	"internal/weights",
	"internal/expr",
	"internal/strict",
	"internal/kernel",
	"internal/visible",
