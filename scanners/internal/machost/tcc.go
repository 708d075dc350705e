package machost

import (
	"path"

	"quaestor/scanners/internal/iosstate"
	"quaestor/scanners/inventory"
)

// accessList is where macOS keeps what apps were allowed, below the top folder and below every home.
const accessList = "Library/Application Support/com.apple.TCC/TCC.db"

// Decisions tells what the lists of decisions hold: that of the whole Mac, with an empty user, and that of every user.
func (m *Mac) Decisions(yield func(user, file string, d iosstate.Decision)) {
	m.decisions("", m.Mac(accessList), yield)
	for _, u := range m.Users {
		m.decisions(u.ID(), path.Join(u.Home, accessList), yield)
	}
}

func (m *Mac) decisions(user, file string, yield func(user, file string, d iosstate.Decision)) {
	db, done := m.Database(file)
	defer done()
	if db == nil {
		return
	}
	all, problems, err := iosstate.TCC(m.Ctx, db)
	m.Problems(file, problems)
	if err != nil {
		m.Note(file, inventory.GapMalformed, inventory.Text("The list of what apps were allowed cannot be read: "+err.Error()+"."), "Scan a fresh copy.")
	}
	for _, d := range all {
		yield(user, file, d)
	}
}
