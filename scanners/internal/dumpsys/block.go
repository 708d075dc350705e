package dumpsys

import (
	"bytes"
	"strconv"
	"strings"

	"quaestor/scanners/internal/tally"
)

// maxList is the most list entries of one block; the largest real ones have about a thousand.
const maxList = 20_000

// maxUsers is the most users of one block.
const maxUsers = 200

// A list is the kind of a list inside a block.
type list int

const (
	noList list = iota
	otherList
	requestedList
	declaredList
	installList
	runtimeList
)

// lists are the headings of lists inside a block. A heading ends in a colon and has nothing after it.
var lists = map[string]list{
	"requested permissions": requestedList, "declared permissions": declaredList,
	"install permissions": installList, "runtime permissions": runtimeList, "granted permissions": installList, "grantedPermissions": installList,
	"dynamic libraries": otherList, "static library": otherList, "SDK library": otherList, "libraries": otherList,
	"usesLibraries": otherList, "usesStaticLibraries": otherList, "usesSdkLibraries": otherList, "usesOptionalLibraries": otherList,
	"usesNativeLibraries": otherList, "usesOptionalNativeLibraries": otherList, "usesLibraryFiles": otherList,
	"processes": otherList, "Suspend params": otherList, "disabledComponents": otherList, "enabledComponents": otherList,
	"overlay paths": otherList, "legacy overlay paths": otherList, "activities": otherList, "services": otherList,
	"receivers": otherList, "providers": otherList, "instrumentations": otherList, "Packages": otherList,
	"original packages": otherList, "permissions": otherList,
}

// block reads the lines of one package or shared user.
type block struct {
	sum      *Summary
	section  string
	pkg      *Package
	user     *UserState // the user whose lines are being read
	list     list
	indent   int // of the list's heading
	entries  int
	held     int // lines without indent
	pkgFlags bool
}

func newBlock(sum *Summary, section string, p *Package) *block {
	return &block{sum: sum, section: section, pkg: p}
}

func (b *block) complete() bool {
	b.pkg.Complete = b.pkgFlags && len(b.pkg.Users) > 0
	return b.pkg.Complete
}

func (b *block) sharedUser() *SharedUser {
	return &SharedUser{Name: b.pkg.Name, AppID: b.pkg.AppID, Install: b.pkg.Install, Users: b.pkg.Users}
}

// line takes a line without the spaces around it.
func (b *block) line(text []byte, indent int) {
	if b.list != noList && indent > b.indent {
		b.item(text)
		return
	}
	b.list = noList
	if text[len(text)-1] == ':' {
		if kind, ok := listOf(string(text[:len(text)-1])); ok {
			b.list, b.indent = kind, indent
			return
		}
	}
	s := string(text)
	switch {
	case strings.HasPrefix(s, "User "):
		if b.userLine(s) {
			return
		}
	case s == "Packages": // of a shared user
		b.list, b.indent = otherList, indent
		return
	}
	if !b.field(s) {
		b.unknown(s)
	}
}

func listOf(heading string) (list, bool) {
	if kind, ok := lists[heading]; ok {
		return kind, true
	}
	// Overlays of a shared library carry its name in front.
	return otherList, strings.HasSuffix(heading, " overlay paths")
}

// unknown counts a line by what names it.
func (b *block) unknown(s string) {
	if strings.Contains(s, packageMark) {
		b.sum.Missed.Add(s)
		return
	}
	if b.sum.UnknownKeys[b.section] == nil {
		b.sum.UnknownKeys[b.section] = &tally.ByKey{}
	}
	key := s
	if at := strings.IndexAny(s, "=: "); at > 0 {
		key = s[:at]
	}
	b.sum.UnknownKeys[b.section].Add(key, s)
}

// item takes an entry of the list that is being read.
func (b *block) item(text []byte) {
	if bytes.HasPrefix(text, []byte(packageMark)) {
		b.sum.Missed.Add(string(text))
		return
	}
	if b.list == otherList {
		return
	}
	if b.entries++; b.entries > maxList {
		b.sum.Overflow++
		return
	}
	switch b.list {
	case requestedList: // newer versions add ": restricted=true" and the like
		name, _, _ := strings.Cut(string(text), ":")
		b.pkg.Requested = append(b.pkg.Requested, name)
	case declaredList:
		name, _, _ := bytes.Cut(text, []byte(":"))
		b.pkg.Declared = append(b.pkg.Declared, string(name))
	case installList:
		b.pkg.Install = append(b.pkg.Install, parseGrant(string(text)))
	case runtimeList:
		if g := parseGrant(string(text)); b.user != nil {
			g.User = b.user.ID
			b.user.Runtime = append(b.user.Runtime, g)
		} else {
			b.pkg.Install = append(b.pkg.Install, g)
		}
	}
}

// parseGrant reads "NAME: granted=true, flags=[ USER_SET|USER_FIXED], userId=10"; old versions print the name
// alone for what is granted.
func parseGrant(s string) Grant {
	name, rest, ok := strings.Cut(s, ": ")
	g := Grant{Name: strings.TrimSuffix(name, ":"), Granted: !ok, Known: !ok}
	if _, v, ok := strings.Cut(rest, "granted="); ok {
		g.Known, g.Granted = true, strings.HasPrefix(v, "true")
	}
	if _, v, ok := strings.Cut(rest, "flags=["); ok {
		v, _, _ = strings.Cut(v, "]")
		g.Flags = words(strings.ReplaceAll(v, "|", " "))
	}
	if _, v, ok := strings.Cut(rest, "userId="); ok {
		if _, err := strconv.Atoi(v); err == nil {
			g.User = v
		}
	}
	return g
}

func words(s string) []string { return strings.Fields(s) }

// number reads a decimal number, 0 when it is none.
func number(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0
	}
	return n
}
