package disk

// Holding a folder: one program at a time works in a run folder. The hold ends with the
// program, however it ends.

import "errors"

// ErrHeld says that another program holds a folder.
var ErrHeld = errors.New("another program is at work there")

// Hold holds a folder that exists.
func Hold(d Disk, folder string) (release func(), err error) {
	release, err = d.Hold(folder)
	return release, wrap(folder, err)
}
