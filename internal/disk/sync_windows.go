package disk

// SyncFolder does nothing: folders cannot be synced there.
func (OS) SyncFolder(string) error { return nil }
