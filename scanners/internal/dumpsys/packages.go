package dumpsys

import (
	"bytes"
	"fmt"
	"strings"

	"quaestor/scanners/internal/pmlist"
	"quaestor/scanners/internal/tally"
)

// The sections of the package service that are read.
const (
	inPackages = "Packages:"
	inHidden   = "Hidden system packages:"
	inShared   = "Shared users:"
	inApex     = "Active APEX packages:"
)

// skipped are the sections that are known and left out on purpose: they repeat what the manifest says, or
// describe the platform and not the apps. A heading may go on after what stands here.
var skipped = []string{
	"Database versions:", "Known Packages:", "Verifiers:", "Domain Verifier:", "No Domain Verifier available!",
	"Intent Filter Verifier:", "No Intent Filter Verifier available!", "Libraries:", "Features:",
	"Activity Resolver Table:", "Receiver Resolver Table:", "Service Resolver Table:", "Provider Resolver Table:",
	"Preferred Activities", "Persistent Preferred Activities", "Domain verification status:", "App verification status:", "App linkages for user", "App Links",
	"Permissions:", "Permission Trees:", "AppOp Permissions:", "AppOp Permission ", "Registered ContentProviders:", "ContentProvider Authorities:",
	"Key Set Manager:", "Renamed packages:", "Queries:", "Package Changes:", "Frozen packages:", "Loaded volumes:",
	"Service permissions:", "Dexopt state:", "Compiler stats:", "Settings parse messages:", "Package warning messages:",
	"Active install sessions:", "Active install Logging info:", "Finalized install sessions:", "Historical install sessions:", "Legacy install sessions:",
	"Gentle update", "BackgroundDexOptService", "APEX session state:", "Inactive APEX packages:", "Factory APEX packages:",
	"Default permission", "Permission groups:", "Instant apps:", "Forced", "mHidden", "Snapshot statistics", "Protected broadcast actions:", "Per UID read timeouts:",
	"Client PIDs:", "Service host process PID:", "Threads in use:", "----", "Unable to find package:", "Couldn't ",
	"Currently running services:",
}

// maxHeld is the most lines without indent that are taken for a part of a block.
const maxHeld = 3

// messages are sections whose own lines are not indented.
var messages = []string{"Settings parse messages:", "Package warning messages:"}

// packages reads the dump of the package service.
type packages struct {
	h       *Handler
	sum     *Summary
	section string
	before  bool // a section that precedes the packages in a whole dump was seen
	begun   bool // the section of the packages was seen
	after   bool // a section that follows them and the shared users was seen
	block   *block
	apex    Apex
}

func (p *packages) line(line []byte, number int) error {
	text := bytes.TrimSpace(line)
	if len(text) == 0 {
		return nil // some versions print empty lines inside a block
	}
	indent := bytes.IndexByte(line, text[0])
	if text[len(text)-1] == ':' && indent <= 4 {
		if started, err := p.start(string(text), number); started || err != nil {
			return err
		}
	}
	if indent == 0 {
		return p.heading(string(text))
	}
	switch {
	case p.block != nil:
		p.block.line(text, indent)
	case p.section == inApex:
		p.apexLine(string(text), indent)
	}
	return nil
}

// holds reports whether line, though it is not indented, belongs to the block that is being read: no block ends
// before its users, but an app may have written line breaks into its version name to make it look so. A few
// lines are held; after more of them the dump is taken for broken, and read on as it stands.
func (p *packages) holds(line []byte, number int) bool {
	b := p.block
	if b == nil || b.section == inShared || b.complete() || len(line) == 0 || line[0] == ' ' || line[0] == '\t' || isTimeout(line) {
		return false
	}
	if b.held++; b.held > maxHeld {
		return false
	}
	p.sum.Broken.Add(fmt.Sprintf("line %d: %s, in the block of %s", number, tally.Short(string(line)), b.pkg.Name))
	return true
}

// start begins a block when text is the first line of one.
func (p *packages) start(text string, number int) (bool, error) {
	kind := "Package ["
	if strings.HasPrefix(text, "SharedUser [") {
		kind = "SharedUser ["
	}
	name, ok := blockHeader(text, kind)
	if !ok {
		return false, nil
	}
	if err := p.close(); err != nil {
		return true, err
	}
	if kind == "SharedUser [" {
		p.block = newBlock(p.sum, inShared, &Package{Name: name, Line: number})
		return true, nil
	}
	if !pmlist.ValidName(name) {
		p.sum.Broken.Add(fmt.Sprintf("line %d: %q is no package name", number, tally.Short(name)))
		return true, nil
	}
	section := inPackages
	if p.section == inHidden {
		section = inHidden
	}
	p.block = newBlock(p.sum, section, &Package{Name: name, Line: number, Hidden: p.section == inHidden, PackageSource: -1})
	return true, nil
}

// blockHeader takes "Package [name] (hash):" apart.
func blockHeader(text, kind string) (string, bool) {
	rest, ok := strings.CutPrefix(text, kind)
	if !ok {
		return "", false
	}
	at := strings.LastIndex(rest, "] (")
	if at < 0 || !strings.HasSuffix(rest, "):") {
		return "", false
	}
	hash := rest[at+3 : len(rest)-2]
	return rest[:at], hash != "" && len(hash) <= 16 && strings.Trim(hash, "0123456789abcdef") == ""
}

// heading handles a line that is not indented.
func (p *packages) heading(text string) error {
	for _, m := range messages {
		if p.section == m && !isHeading(text) {
			return nil
		}
	}
	if err := p.close(); err != nil {
		return err
	}
	p.section = text
	switch text {
	case inPackages:
		p.begun = true
	case inHidden, inShared, "Renamed packages:", "Queries:":
	default:
		p.before, p.after = p.before || !p.begun, p.after || p.begun
	}
	if !isHeading(text) {
		p.sum.UnknownSections.Add(text, text)
	}
	return nil
}

func isHeading(text string) bool {
	switch text {
	case inPackages, inHidden, inShared, inApex:
		return true
	}
	for _, s := range skipped {
		if strings.HasPrefix(text, s) {
			return true
		}
	}
	return false
}

// close hands over the block that was being read.
func (p *packages) close() error {
	if p.apex.Name != "" {
		if p.h.Apex != nil {
			p.h.Apex(p.apex)
		}
		p.apex = Apex{}
	}
	b := p.block
	if b == nil {
		return nil
	}
	p.block = nil
	if b.section == inShared {
		if p.h.SharedUser != nil {
			return p.h.SharedUser(b.sharedUser())
		}
		return nil
	}
	if !b.complete() {
		p.sum.Broken.Add(fmt.Sprintf("line %d: the block of %s has no end", b.pkg.Line, b.pkg.Name))
	}
	if b.pkg.Hidden {
		p.sum.Hidden++
	} else {
		p.sum.Packages++
	}
	p.sum.Requested = p.sum.Requested || len(b.pkg.Requested) > 0
	if p.h.Package != nil {
		return p.h.Package(b.pkg)
	}
	return nil
}

func (p *packages) end(text bool) error {
	err := p.close()
	if !text || p.after || p.sum.Packages < 2 {
		return err // a dump of one package ends where it ends
	}
	// A whole dump goes on after the packages. `dumpsys package packages` does not, and has nothing before.
	p.sum.Truncated, p.sum.Bare = p.before, !p.before
	return err
}

// apexLine reads the list of active APEX modules: a name, then its fields indented below it.
func (p *packages) apexLine(text string, indent int) {
	key, value, isField := strings.Cut(text, ":")
	switch {
	case !isField && indent <= 4 && pmlist.ValidName(text) && strings.Contains(text, "."):
		p.close()
		p.apex = Apex{Name: text}
	case key == "Version" && p.apex.Name != "":
		p.apex.Version = number(strings.TrimSpace(value))
	case key == "Path" && p.apex.Name != "":
		p.apex.Path = strings.TrimSpace(value)
	}
}
