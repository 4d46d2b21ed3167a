package npz

// What is wrong with a file is a [fault.Error] of status File, whose path is the
// array that it is about; empty if it is the file as a whole.

import "psychrnn/internal/fault"

const (
	cutOff  = "the file is cut off: copy it again"
	damaged = "the file is damaged: copy it again"
)

func refuse(hint, format string, args ...any) error {
	return fault.New(fault.File, hint, format, args...)
}
