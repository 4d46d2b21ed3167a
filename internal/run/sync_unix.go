//go:build !windows

package run

import (
	"errors"
	"os"
)

// syncFolder makes a rename last through a power cut.
func syncFolder(folder string) error {
	f, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
