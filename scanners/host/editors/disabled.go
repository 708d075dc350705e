package editors

import (
	"errors"
	"io/fs"
	"path"
	"strings"

	"quaestor/scanners/internal/jsonpart"
	"quaestor/scanners/internal/sqlite"
)

// disabledKey is under which an editor notes the extensions that its user turned off everywhere. It is the only thing that is
// looked at in its memory, which also holds what was worked on.
const disabledKey = "extensionsIdentifiers/disabled"

// disabled reads which extensions are turned off, nil when that is not told.
func (s *scan) disabled(settings string) map[string]bool {
	if settings == "" {
		return nil
	}
	name := path.Join(settings, "User/globalStorage/state.vscdb")
	f, size, err := s.Host.OpenAt(name)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			s.Problem(name, err)
		}
		return nil
	}
	defer f.Close()
	db, err := sqlite.Open(s.ctx, f, size, nil, 0)
	if err == nil {
		off := map[string]bool{}
		_, err = db.Rows(s.ctx, "ItemTable", []string{"key", "value"}, func(row []any) error {
			if key, _ := row[0].(string); key == disabledKey {
				identifiers(row[1], off)
			}
			return nil
		})
		if err == nil {
			return off
		}
	}
	if s.ctx.Err() == nil {
		s.Malformed(name, "The memory of the editor cannot be read, so it is not known which extensions are turned off.")
	}
	return nil
}

// identifiers adds those in a list of the editor.
func identifiers(value any, to map[string]bool) {
	var data []byte
	switch v := value.(type) {
	case string:
		data = []byte(v)
	case []byte:
		data = v
	}
	_ = jsonpart.Begin(data).Items(func(item jsonpart.Value) bool { // what comes before damage counts
		if id := item.Get("id").String(); id != "" {
			to[strings.ToLower(id)] = true
		}
		return true
	})
}
