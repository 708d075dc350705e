package build

import (
	"encoding/json"
	"testing"

	"quaestor/riskdb"
	"quaestor/riskdb/export"
)

// TestTheDatabaseFitsItsSchema validates the export of the built-in database, and what must not fit.
func TestTheDatabaseFitsItsSchema(t *testing.T) {
	s, err := knowledge("../../../..")
	if err != nil {
		t.Fatal(err)
	}
	if s.Properties["products"] == nil || s.Defs["Ban"] == nil || s.Defs["Ban"].Properties["verified"] == nil || s.Defs["Ban"].Properties["until"].Description == "" {
		t.Error("the schema lacks what it has to say")
	}
	resolved, err := s.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	db, err := riskdb.Load()
	if err != nil {
		t.Fatal(err)
	}
	tables := db.AllTables()
	text, err := export.JSON(&tables)
	if err != nil {
		t.Fatal(err)
	}
	var doc any
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	if err := resolved.Validate(doc); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{`{}`, `{"schema":"quaestor.riskdb/2"}`, `{"schema":"quaestor.riskdb/1","bans":[{"id":7}]}`, `{"schema":"quaestor.riskdb/1","bans":{}}`} {
		if err := json.Unmarshal([]byte(bad), &doc); err != nil {
			t.Fatal(err)
		}
		if resolved.Validate(doc) == nil {
			t.Errorf("%s fits", bad)
		}
	}
}
