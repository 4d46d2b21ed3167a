package main

import (
	"io/fs"
	"path/filepath"
	"strings"

	"psychrnn/internal/disk"
	"psychrnn/internal/ui"
)

// interrupt runs the program in this process, and asks it to end, as a signal
// does, once it has written a file. So it has begun, however slow the machine is.
func interrupt(file string, args ...string) outcome {
	var out, messages sharedBuffer
	e := ui.NewEnding(nil)
	d := watched{disk.OS{}, filepath.Clean(file), e.Ask}
	status := execute(args, ui.Streams{In: strings.NewReader(""), Out: &out, Err: &messages, Disk: d, Ending: e})
	return outcome{status, out.String(), messages.String()}
}

// watched is a disk on which something is done once a file has its name.
type watched struct {
	disk.Disk
	path string
	then func()
}

func (d watched) Create(path string, mode fs.FileMode) (disk.Handle, error) {
	f, err := d.Disk.Create(path, mode)
	if err != nil {
		return nil, err
	}
	return watchedFile{f, d}, nil
}

type watchedFile struct {
	disk.Handle
	disk watched
}

func (f watchedFile) Become(path string) error {
	err := f.Handle.Become(path)
	if err == nil && filepath.Clean(path) == f.disk.path {
		f.disk.then()
	}
	return err
}
