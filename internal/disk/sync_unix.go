//go:build !windows

package disk

import (
	"errors"
	"os"
)

// SyncFolder makes names in a folder last through a power cut.
func (OS) SyncFolder(folder string) error {
	f, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
