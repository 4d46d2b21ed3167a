package main

// The command schema: experiment files described for editors.

import (
	"reflect"

	"github.com/spf13/cobra"

	"psychrnn/internal/experiment"
	"psychrnn/internal/strict/schema"
	"psychrnn/internal/ui"
)

func newSchema(s ui.Streams) *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print a JSON Schema of experiment files, for editors",
		Long: `Print a JSON Schema (draft 2020-12) of experiment files. With it an editor
completes keys, shows what they mean, and marks mistakes while you type.

For VS Code install the extension YAML, write the schema beside your experiments,
and begin each with the line

  # yaml-language-server: $schema=psychrnn.schema.json

psychrnn check finds more: mistakes in expressions, sizes that do not fit, and
settings that contradict each other.`,
		Example: "  psychrnn schema > psychrnn.schema.json",
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			text, err := schema.JSONSchema(reflect.TypeFor[experiment.Config](), "experiment of psychrnn")
			if err != nil {
				return err
			}
			_, err = s.Out.Write(text)
			return err
		},
	}
}
