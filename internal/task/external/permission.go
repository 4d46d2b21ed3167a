package external

// Whether a program may start.

import (
	"psychrnn/internal/fault"
	"psychrnn/internal/task"
)

// Permission to start programs. An experiment may come from anybody, and reading
// it is harmless, while a program can do whatever its user can. So no program starts
// unless permission was granted; the zero value is not.
type Permission struct {
	granted bool
	from    string
}

// Granted is the permission of the person who runs an experiment: because they
// gave it themselves, or because they said so.
func Granted() Permission { return Permission{granted: true} }

// Withheld is no permission for an experiment that was found in a place.
func Withheld(from string) Permission { return Permission{from: from} }

// start gives nil where a task's program may start.
func (p Permission) start(c *task.Config) error {
	if p.granted {
		return nil
	}
	from := ""
	if p.from != "" {
		from = " of " + p.from
	}
	return fault.New(fault.Usage, "look at the program, and add --allow-commands if you trust it; the programs of an experiment that you give with -c need no such permission",
		"the task%s runs a program, which was not allowed: %s (in the folder %s)", from, c.Command, c.Command.Folder)
}
