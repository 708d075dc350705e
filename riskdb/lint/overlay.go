package lint

import (
	"io/fs"

	"quaestor/riskdb/internal/yamldb"
)

// IsOverlay reports whether the YAML below fsys is an overlay: one of its files has a layer.
func IsOverlay(fsys fs.FS) (bool, error) {
	set, err := yamldb.Read(fsys)
	return err == nil && set.IsOverlay(), err
}
