package main

// The command completion: scripts that let a shell ask the program.

import (
	"bytes"
	_ "embed"
	"io"
	"strings"

	"psychrnn/internal/fault"
	"psychrnn/internal/ui"

	"github.com/spf13/cobra"
)

func newCompletion(s ui.Streams) *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	return &cobra.Command{
		Use:       "completion SHELL",
		Short:     "Print a completion script for bash, zsh, fish or powershell",
		Example:   "  source <(psychrnn completion bash)\n  psychrnn completion zsh > \"${fpath[1]}/_psychrnn\"\n  psychrnn completion fish | source\n  psychrnn completion powershell | Out-String | Invoke-Expression",
		ValidArgs: shells,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("say psychrnn completion bash, or "+strings.Join(shells[1:], ", "), "completion takes the name of one shell, but %d were given", len(args))
			}
			write := map[string]func(*cobra.Command, io.Writer) error{
				"bash":       writeBash,
				"zsh":        (*cobra.Command).GenZshCompletion,
				"fish":       func(r *cobra.Command, w io.Writer) error { return r.GenFishCompletion(w, true) },
				"powershell": (*cobra.Command).GenPowerShellCompletionWithDesc,
			}[args[0]]
			if write == nil {
				hint := fault.Known(args[0], shells, "")
				return usage(hint, "there is no completion for %q", args[0])
			}
			return write(c.Root(), s.Out)
		},
	}
}

// withoutPackage stands in for functions of the package bash-completion, which
// few clusters have.
//
//go:embed completion.bash
var withoutPackage []byte

// writeBash writes the library's script with functions of our own in the place
// of those that it takes from the package.
func writeBash(root *cobra.Command, w io.Writer) error {
	var script bytes.Buffer
	if err := root.GenBashCompletionV2(&script, true); err != nil {
		return err
	}
	text := script.Bytes()
	for _, name := range []string{"_get_comp_words_by_ref", "_filedir"} {
		text = bytes.ReplaceAll(text, []byte(name+" "), []byte("__psychrnn"+name+" "))
		text = bytes.ReplaceAll(text, []byte(name+"\n"), []byte("__psychrnn"+name+"\n"))
	}
	_, err := w.Write(append(text, withoutPackage...))
	return err
}
