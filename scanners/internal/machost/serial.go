package machost

import (
	"errors"
	"path"
	"regexp"

	"quaestor/scanners/inventory"
)

// locations is the folder in which the location service keeps its notes, and notes are those that name the Mac's serial number, as
// forensic tools found.
const locations = "private/var/folders/zz/zyxvpxvq6csfxvn_n00000sm00006d/C"

var notes = []string{"cache_encryptedA.db", "lockCache_encryptedA.db", "consolidated.db"}

var serialShape = regexp.MustCompile(`^[A-Z0-9]{8,14}$`)

var errFirst = errors.New("the first is enough")

// Serial is the serial number of the Mac where one of its files has it, empty elsewhere.
func (m *Mac) Serial() (serial string) {
	for _, name := range notes {
		file := m.Mac(path.Join(locations, name))
		db, done := m.Database(file)
		if db != nil && db.Table("TableInfo") != nil {
			_, err := db.Rows(m.Ctx, "TableInfo", []string{"SerialNumber"}, func(r []any) error {
				serial, _ = r[0].(string)
				return errFirst
			})
			if err != nil && !errors.Is(err, errFirst) {
				m.Note(file, inventory.GapMalformed, inventory.Text("The serial number cannot be read: "+err.Error()+"."), "Look at it in About This Mac.")
			}
		}
		done()
		if serialShape.MatchString(serial) {
			return serial
		}
	}
	return ""
}
