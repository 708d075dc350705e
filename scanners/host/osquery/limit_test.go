package osquery

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
)

// splitOf is a run over one file with other limits, and the devices that came out of it.
func splitOf(t *testing.T, text string, limit func(s *split)) (*split, []*inventory.Inventory) {
	t.Helper()
	var found []*inventory.Inventory
	s := newSplit(context.Background(), func(p scanners.Part) error {
		found = append(found, p())
		return nil
	})
	defer s.groups.Close()
	limit(s)
	if err := s.read(scantest.Open(t, write(t, text))); err != nil {
		t.Fatal(err)
	}
	if err := s.computers(); err != nil {
		t.Fatal(err)
	}
	s.told()
	return s, found
}

func program(host string, at int, name string) string {
	return fmt.Sprintf(`{"name":"programs","hostIdentifier":%q,"unixTime":%d,"counter":%d,"columns":{"name":%q,"version":"1","publisher":"M","identifying_number":"{1}"},"action":"added"}`+"\n", host, at, at, name)
}

// TestManyHosts: a log of more computers than are kept says so, and has those that came first.
func TestManyHosts(t *testing.T) {
	var text strings.Builder
	for i := range 25 {
		text.WriteString(program(fmt.Sprint("pc", i), 0, "A"))
	}
	s, found := splitOf(t, text.String(), func(s *split) { s.hosts = 20 })
	if gaps := scantest.Gaps(s.rest, inventory.GapLimit); len(gaps) != 1 || gaps[0].Count != 5 || len(found) != 20 {
		t.Errorf("%d devices, gaps %+v", len(found), gaps)
	}
}

// TestLongHost: of a computer with more lines than are put together, the rest is told as missing, and others have theirs.
func TestLongHost(t *testing.T) {
	var text strings.Builder
	for i := range 100 {
		text.WriteString(program("a", i, fmt.Sprint("P", i)))
	}
	text.WriteString(program("b", 0, "Q"))
	s, found := splitOf(t, text.String(), func(s *split) { s.bytes = 2000 })
	if gaps := scantest.Gaps(s.rest, inventory.GapLimit); len(gaps) != 1 || len(found) != 2 || len(found[0].Apps)+gaps[0].Count != 100 || len(found[0].Apps) < 5 || len(found[1].Apps) != 1 {
		t.Errorf("%d devices, gaps %+v", len(found), gaps)
	}
}
