package main

// Errors become messages and the status to end with, here and nowhere else. What an error
// says of itself is printed as it is; a hint is added where only the program knows it.

import (
	"errors"
	"io/fs"
	"strings"
	"syscall"

	"psychrnn/internal/disk"
	"psychrnn/internal/fault"
	"psychrnn/internal/ui"
)

// usage is a mistake on the command line.
func usage(hint, format string, args ...any) error {
	return fault.New(fault.Usage, hint, format, args...)
}

// explain turns an error into messages and the status to end with.
func explain(err error) (list []ui.Message, status int) {
	list, status = explainOne(err)
	parts := apart(err)
	if len(parts) < 2 {
		return list, status
	}
	list = nil
	for _, part := range parts {
		more, _ := explainOne(part)
		if last := len(list) - 1; last >= 0 && list[last].Hint == more[0].Hint {
			list[last].Hint = "" // once is enough
		}
		list = append(list, more...)
	}
	return list, status
}

// apart are the errors that were joined to one. Problems are told together.
func apart(err error) (parts []error) {
	joined, ok := err.(interface{ Unwrap() []error })
	if _, together := joined.(fault.Errors); !ok || together {
		return []error{err}
	}
	for _, part := range joined.Unwrap() {
		parts = append(parts, apart(part)...)
	}
	return parts
}

// explainOne does so for an error that is one.
func explainOne(err error) (list []ui.Message, status int) {
	one := func(status int, hint string) ([]ui.Message, int) {
		return []ui.Message{{Event: "error", Text: err.Error(), Hint: hint}}, status
	}
	var (
		problems fault.Errors
		own      *fault.Error
		file     *disk.Error
		path     *fs.PathError
	)
	switch {
	case errors.As(err, &problems):
		return ui.Several("error", problems), problems.Status()
	case errors.As(err, &own) && own.Status != fault.File:
		if errors.As(err, &file) { // which has been written otherwise
			err = own
		}
		return one(own.Status, own.Hint)
	case errors.Is(err, syscall.EMFILE):
		return one(fault.Failed, "raise the number of files that may be open at once, as with ulimit -n 256")
	case errors.As(err, &file):
		hint := file.Hint()
		if example := exampleOf(file.Path); example != "" && errors.Is(err, fs.ErrNotExist) && !strings.HasPrefix(hint, "did you mean") {
			hint = example
		}
		return one(fault.File, hint)
	case errors.As(err, &path):
		return explainOne(&disk.Error{Path: path.Path, Err: err})
	}
	return one(fault.Failed, "")
}

// finish prints an error, if there is one, and returns the exit status.
func finish(v ui.UI, err error) int {
	switch {
	case err == nil:
		return 0
	case nobodyReads(v, err):
		return fault.Unread
	}
	list, status := explain(err)
	for _, m := range list {
		v.Say(m)
	}
	return status
}

// nobodyReads says that nobody reads standard output any more, as with | head: no
// mistake, and nothing to be said of.
func nobodyReads(v ui.UI, err error) bool {
	var path *fs.PathError
	out, ok := v.Out.(interface{ Name() string })
	return ok && errors.As(err, &path) && path.Path == out.Name() && errors.Is(path, syscall.EPIPE)
}
