package main

import (
	"io"
	"strings"

	"github.com/spf13/cobra"

	"psychrnn/internal/strict"
)

func newCompletion(s streams) *cobra.Command {
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
				"bash":       func(r *cobra.Command, w io.Writer) error { return r.GenBashCompletionV2(w, true) },
				"zsh":        (*cobra.Command).GenZshCompletion,
				"fish":       func(r *cobra.Command, w io.Writer) error { return r.GenFishCompletion(w, true) },
				"powershell": (*cobra.Command).GenPowerShellCompletionWithDesc,
			}[args[0]]
			if write == nil {
				hint := "known: " + strings.Join(shells, ", ")
				if near := strict.Suggest(args[0], shells); near != "" {
					hint = "did you mean " + near + "?"
				}
				return usage(hint, "there is no completion for %q", args[0])
			}
			return write(c.Root(), s.out)
		},
	}
}
