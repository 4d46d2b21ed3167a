package main

// The command version.

import (
	"fmt"
	"runtime"

	"psychrnn/internal/ui"

	"github.com/spf13/cobra"
)

func newVersion(s ui.Streams) *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version",
		Example: "  psychrnn version",
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintf(s.Out, "psychrnn %s %s/%s %s\n", version, runtime.GOOS, runtime.GOARCH, runtime.Version())
			return err
		},
	}
}
