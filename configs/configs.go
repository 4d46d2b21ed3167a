// Package configs embeds one experiment per tutorial; psychrnn example prints them.
package configs

import "embed"

// Files are the experiments, by file name.
//
//go:embed *.yaml
var Files embed.FS
