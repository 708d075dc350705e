package riskdb

import (
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// A package that is guessed by names is trusted less than one that its build states, and the words say so.
func TestGuessedComponent(t *testing.T) {
	c := inventory.Component{Name: "guava", Version: "31.1", Exact: true, Basis: "metadata"}
	stated, _ := grade(&c)
	c.Basis = "name"
	guessed, credibility := grade(&c)
	if guessed <= stated || credibility != 4 || !strings.Contains(componentWords(&c), "by the names of files and makers") {
		t.Errorf("%c%d after %c: %s", guessed, credibility, stated, componentWords(&c))
	}
}
