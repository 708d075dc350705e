package listing

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/lines"
	"quaestor/scanners/internal/machost"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// list is one file.
type list struct {
	inv    *inventory.Inventory
	src    *source.Source
	origin inventory.Origin
	device string
	known  map[string]bool // facts by ID
	only   bool            // all of it is the list of receipts

	kind     string // of the table that the current line is in
	category string // of system extensions
	said     int    // system extensions that the list says it has
	found    int
	dropped  int
	own      int // kernel extensions and packages of macOS
	odd      inventory.Gap
}

func (l *list) read(ctx context.Context, r *lines.Reader) error {
	for r.Next() {
		if r.Number()%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		l.line(string(r.Bytes()), r.Number())
	}
	return r.Err()
}

// line takes one line: a header says of which table those after it are.
func (l *list) line(s string, number int) {
	text := strings.TrimSpace(s)
	if text == "" {
		return
	}
	if l.only {
		l.receipt(text, number)
		return
	}
	if kind := header(text); kind != "" {
		l.kind = kind
		if m := extensionCount.FindStringSubmatch(text); m != nil {
			n, _ := strconv.Atoi(m[1]) // five digits at most
			l.said += n
		}
		return
	}
	ok := true
	switch l.kind {
	case extensions:
		ok = l.extension(text, number)
	case kernel:
		ok = l.kext(text, number)
	}
	if !ok {
		l.strange(text, number)
	}
}

// strange counts a line that is no row. What the tools say of themselves is none to wonder about.
func (l *list) strange(text string, number int) {
	if strings.HasPrefix(text, "Executing: ") || strings.HasPrefix(text, "No variant specified") {
		return
	}
	if l.odd.Count++; len(l.odd.Samples) < 5 {
		l.odd.Samples = append(l.odd.Samples, inventory.Text(fmt.Sprintf("%d: %.100q", number, text)))
	}
}

// extensionRow is "*	*	TEAM	identifier (1.2/34)	Name	[activated enabled]"; the columns may have become blanks.
var extensionRow = regexp.MustCompile(`^(?:\*\s*){0,2}(?:([A-Z0-9]{10}|[-_]{1,2})\s+)?(\S+) \(([^()]*)\)\s*(.*?)\s*\[([a-z ]+)\]$`)

func (l *list) extension(text string, number int) bool {
	if category, ok := strings.CutPrefix(text, "--- "); ok {
		l.category, _, _ = strings.Cut(category, " ")
		return true
	}
	m := extensionRow.FindStringSubmatch(text)
	if m == nil || !iosfacts.ValidBundleID(m[2]) {
		return false
	}
	l.found++
	state, code := machost.ExtensionState(m[5])
	if code == machost.Leaving {
		return true
	}
	version, _, _ := strings.Cut(m[3], "/")
	p := inventory.SecurityProduct{Kind: "system-extension", Name: inventory.Text(m[4]), Identifier: m[2], Version: inventory.Text(version), State: state, StateCode: inventory.Text(code),
		Privileges: []string{"system-extension"}}
	if p.Name == "" {
		p.Name = p.Identifier
	}
	if iosfacts.IsTeam(m[1]) {
		p.Team = m[1]
	}
	if what := machost.ExtensionPrivilege(l.category); what != "" {
		p.Privileges = append(p.Privileges, what)
	}
	l.product(p, number)
	return true
}

// kextRow is "  134    0 0xffffff7f80eca000 0x4000     0x4000     identifier (1.4.25) UUID <38 4 3>".
var kextRow = regexp.MustCompile(`^[0-9]+\s+[0-9]+\s+(?:0x)?[0-9a-fA-F]+\s+(?:0x)?[0-9a-fA-F]+\s+(?:0x)?[0-9a-fA-F]+\s+(\S+) \(([^()]*)\)`)

func (l *list) kext(text string, number int) bool {
	m := kextRow.FindStringSubmatch(text)
	if m == nil || !iosfacts.ValidBundleID(m[1]) {
		return false
	}
	if strings.HasPrefix(m[1], "com.apple.") {
		l.own++
		return true
	}
	l.product(inventory.SecurityProduct{Kind: "kernel-extension", Name: m[1], Identifier: m[1], Version: inventory.Text(m[2]), State: "running", Privileges: []string{"kernel"}}, number)
	return true
}

func (l *list) product(p inventory.SecurityProduct, number int) {
	p.Device = l.device
	p.ID = inventory.FactID("security", p.Device, p.Kind, p.Name, p.Identifier, p.Path, p.User)
	switch {
	case l.known[p.ID]:
		return
	case len(l.inv.SecurityProducts) == maxExtensions:
		l.dropped++
		return
	}
	l.known[p.ID] = true
	p.Origins = l.at(number)
	l.inv.SecurityProducts = append(l.inv.SecurityProducts, p)
}

// receipt takes the name of a package. That what it brought is still there a receipt does not say.
func (l *list) receipt(id string, number int) {
	switch {
	case strings.HasPrefix(id, "com.apple."):
		l.own++
		return
	case !receiptShape.MatchString(id) || !strings.Contains(id, "."):
		l.strange(id, number)
		return
	}
	a := inventory.App{ID: inventory.AppID(l.device, inventory.MacReceipt, id), Device: l.device, Platform: inventory.MacOS, IdentifierKind: inventory.MacReceipt, Identifier: inventory.Text(id),
		Presence: inventory.PresenceTrace, Traces: []inventory.Trace{{Kind: inventory.TraceInstalled}}, Origins: l.at(number)}
	switch {
	case l.known[a.ID]:
		return
	case len(l.inv.Apps) == maxReceipts:
		l.dropped++
		return
	}
	l.known[a.ID] = true
	l.inv.Apps = append(l.inv.Apps, a)
}

func (l *list) at(number int) []inventory.Origin {
	o := l.origin
	o.Line = number
	return []inventory.Origin{o}
}

func (l *list) limits() {
	gap := func(kind inventory.GapKind, count int, detail, next string) *inventory.Gap {
		l.inv.Gaps = append(l.inv.Gaps, inventory.Gap{Device: l.device, Subject: inventory.Text(l.src.Name()), Kind: kind, Count: count, Detail: detail, Next: next})
		return &l.inv.Gaps[len(l.inv.Gaps)-1]
	}
	if l.dropped > 0 {
		gap(inventory.GapLimit, l.dropped, "It lists more than is kept.", "Look at the file by hand: no real Mac has so many.")
	}
	if l.own > 0 {
		gap(inventory.GapSkipped, l.own, "What is called com.apple is taken for a part of macOS, and is not listed.", "")
	}
	if l.found < l.said {
		gap(inventory.GapMalformed, l.said-l.found, fmt.Sprintf("It says that there are %d system extensions, and lists %d.", l.said, l.found), "Run systemextensionsctl list again, and keep all that it prints.")
	}
	if l.odd.Count > 0 {
		gap(inventory.GapMalformed, l.odd.Count, "Lines are no rows of the list, and were left out.", "Look at them by hand.").Samples = l.odd.Samples
	}
}
