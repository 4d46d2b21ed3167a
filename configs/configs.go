// Package configs embeds one experiment per tutorial, and tasks of published
// studies; psychrnn example prints them.
package configs

import "embed"

// Files are the experiments, by file name, the published tasks in tasks/.
//
//go:embed *.yaml tasks/*.yaml
var Files embed.FS
