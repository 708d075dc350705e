package dumpsys

import (
	"bytes"
	"fmt"
	"strings"

	"quaestor/scanners/internal/pmlist"
	"quaestor/scanners/internal/tally"
)

// maxHeld is the most lines without indent that are taken for a part of a block.
const maxHeld = 3

// packages reads the dump of the package service.
type packages struct {
	h       *Handler
	sum     *Summary
	section string
	before  bool // a section that precedes the packages in a whole dump was seen
	begun   bool // the section of the packages was seen
	after   bool // a section that follows them and the shared users was seen
	whole   bool // a section was seen that only a dump of all packages has
	last    string
	block   *block
	apex    Apex
	system  versions
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
	case p.section == inVersions:
		p.system.line(string(text))
	case p.section == inApex:
		p.apexLine(string(text), indent)
	case (p.section == inPackages || p.section == inHidden) && bytes.Contains(text, []byte(packageMark)):
		p.sum.Missed.Add(string(text))
	}
	return nil
}

const packageMark = "Package ["

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
	kind := packageMark
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
		p.begun, p.after = true, false
	case inHidden, inShared, "Renamed packages:", "Queries:":
	default:
		p.besides(text)
	}
	switch {
	case isHeading(text):
	case strings.Contains(text, packageMark):
		p.sum.Missed.Add(text)
	default:
		p.sum.UnknownSections.Add(text, text)
	}
	return nil
}

// besides notes a section that stands beside the packages. What is not known to be one, such as a shell's
// prompt after the dump, does not show that the packages were whole.
func (p *packages) besides(text string) {
	if !isHeading(text) {
		return
	}
	p.whole = p.whole || hasPrefix(text, wholeOnly)
	p.before = p.before || !p.begun
	p.after = p.after || p.begun && text[len(text)-1] == ':'
}

// close hands over the block that was being read.
func (p *packages) close() error {
	if p.section == inVersions && !p.begun {
		p.system.tell(p.h.System)
	}
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
		p.last = b.pkg.Name
		p.sum.Platform = p.sum.Platform || p.last == "android"
	}
	p.sum.Requested = p.sum.Requested || len(b.pkg.Requested) > 0
	if p.h.Package != nil {
		return p.h.Package(b.pkg)
	}
	return nil
}

func (p *packages) end(text bool) error {
	err := p.close()
	switch {
	case !text:
	case p.after: // whole, or all there is of one package
		if !p.whole && p.sum.Packages == 1 {
			p.sum.Asked = p.last
		}
	case p.before:
		p.sum.Truncated = true
	default: // `dumpsys package packages` has nothing before the packages and nothing after them
		p.sum.Bare = p.sum.Packages+p.sum.Hidden > 0
	}
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
