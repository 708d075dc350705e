package listing

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"quaestor/scanners/internal/records"
	"quaestor/scanners/inventory"
)

// maxProgress is how many bytes of a progress bar and of warnings may stand before a table of winget.
const maxProgress = 16 << 10

// dashes underline a table of winget: one group as wide as the table.
var dashes = regexp.MustCompile(`^-{20,}\s*$`)

// wingetTable is the table of winget in a text.
type wingetTable struct {
	starts []int // cells at which the columns begin
	rows   []string
	line   int // of the first row
	source int // column of the source, -1 for none
}

// looksWinget recognises the table by its underline and by what stands in its columns, whatever language its head is in.
func looksWinget(text []byte) bool {
	head := text[:min(len(text), maxProgress)]
	return bytes.Contains(head, []byte("--------------------")) && wingetIn(text[:min(len(text), maxProgress+64<<10)]) != nil
}

// wingetIn finds the table: a head of three to six words, an underline, and rows whose second column is an identifier.
func wingetIn(text []byte) *wingetTable {
	var head string
	offset := 0
	lines := strings.Split(string(text), "\n")
	for i, line := range lines {
		if offset += len(line) + 1; offset > maxProgress {
			return nil
		}
		line = shown(line)
		if dashes.MatchString(line) && head != "" {
			return columnsOf(head, lines[i+1:], i+2)
		}
		if strings.TrimSpace(line) != "" {
			head = line
		}
	}
	return nil
}

// shown is what a terminal shows of a line in the end: a progress bar is written over by carriage returns.
func shown(line string) string {
	line = strings.TrimRight(line, "\r")
	if at := strings.LastIndexByte(line, '\r'); at >= 0 {
		line = line[at+1:]
	}
	return strings.TrimLeft(line, "\b\ufeff")
}

// maxChecked is how many rows tell where columns begin.
const maxChecked = 200

// columnsOf finds the columns. A word of the head begins one where the rows have a space before it: some languages have names of two words.
func columnsOf(head string, lines []string, at int) *wingetTable {
	t := &wingetTable{line: at, source: -1}
	for _, line := range lines {
		t.rows = append(t.rows, strings.TrimRight(shown(line), " "))
	}
	checked := t.rows[:min(len(t.rows), maxChecked)]
	t.starts = startsOf(head, checked)
	if len(t.starts) < 3 || len(t.starts) > 5 || !t.identifies(checked) && !t.headed(head, checked) {
		return nil
	}
	return t
}

// startsOf finds the cells at which columns begin. A word after two spaces begins one also where a row overruns the column before it.
func startsOf(head string, rows []string) []int {
	var starts []int
	cells := records.Cells(head)
	before := ' '
	for i, r := range cells {
		if r != ' ' && before == ' ' && (i < 2 || cells[i-2] == ' ' || begins(rows, i)) {
			starts = append(starts, i)
		}
		if r != records.Wide {
			before = r
		}
	}
	return starts
}

// idWords are how winget heads the column of identifiers in the languages that it speaks.
var idWords = []string{"id", "ид", "ід", "标识符", "識別碼", "장치 id", "아이디"}

// headed reports whether the head calls the second column one of identifiers and the third holds versions: of programs that no source
// offers, winget shows the keys of the registry, which look like anything.
func (t *wingetTable) headed(head string, rows []string) bool {
	if !slices.Contains(idWords, strings.ToLower(strings.TrimSpace(records.Cut(records.Cells(head), t.starts)[1]))) {
		return false
	}
	all, versions := 0, 0
	for _, row := range rows {
		v := records.Cut(records.Cells(row), t.starts)
		if row == "" || v[1] == "" {
			continue
		}
		if all++; strings.ContainsAny(v[2], "0123456789") || strings.EqualFold(v[2], "unknown") {
			versions++
		}
	}
	return versions > 0 && versions*2 >= all
}

// begins reports whether rows have a column that begins in a cell: nothing stands before it.
func begins(rows []string, cell int) bool {
	free, reach := 0, 0
	for _, row := range rows {
		c := records.Cells(row)
		if len(c) > cell {
			reach++
			if c[cell-1] == ' ' {
				free++
			}
		}
	}
	return reach == 0 || free*10 >= reach*9
}

// identifies reports whether the second column holds identifiers as winget has them, and notes which column is the source.
func (t *wingetTable) identifies(rows []string) bool {
	ids, all, sources, versions := 0, 0, 0, 0
	last := len(t.starts) - 1
	for _, row := range rows {
		v := records.Cut(records.Cells(row), t.starts)
		if row == "" || v[1] == "" {
			continue
		}
		if all++; wingetID(v[1]) {
			ids++
		}
		switch s := v[last]; {
		case sourceName(s):
			sources++
		case strings.ContainsAny(s, "0123456789"):
			versions++
		}
	}
	if last >= 3 && (len(t.starts) == 5 || sources > 0 || versions == 0) {
		t.source = last
	}
	return ids > 0 && ids*2 >= all
}

// catalogID is the identifier of a package: publisher and name with a dot between; storeID that of an app of the store.
var (
	catalogID = regexp.MustCompile(`^[^\s.\\]+(\.[^\s\\]+)+$`)
	storeID   = regexp.MustCompile(`^(9[A-Z0-9]{11}|XP[A-Z0-9]{12})$`)
)

func wingetID(id string) bool {
	return strings.HasPrefix(id, `ARP\`) || strings.HasPrefix(id, `MSIX\`) || catalogID.MatchString(id) || storeID.MatchString(id) || guid(id) || familyName.MatchString(id)
}

// winget reads what `winget list` shows.
func (l *list) winget(text []byte) error {
	t := wingetIn(text)
	c := l.computer("")
	for i, row := range t.rows {
		if err := l.ctx.Err(); err != nil {
			return err
		}
		if strings.TrimSpace(row) == "" {
			continue
		}
		v := t.values(row)
		if v == nil || v[1] == "" || strings.ContainsFunc(v[1], unicode.IsSpace) && !strings.Contains(v[1], `\`) && len(v) > 2 && v[2] == "" {
			if !footer(row) {
				l.broken.Add(row)
			}
			continue
		}
		l.rows++
		source := ""
		if t.source >= 0 {
			source = v[t.source]
		}
		l.wingetRow(c, v[0], v[1], v[2], source, t.line+i)
	}
	return nil
}

// values cuts a row at the columns, or at the spaces where it does not keep to them. It is nil where neither makes sense.
func (t *wingetTable) values(row string) []string {
	cells := records.Cells(row)
	v := records.Cut(cells, t.starts)
	if !t.overrun(cells) || wingetID(v[1]) {
		return v
	}
	if spaced := t.spaced(row); spaced != nil {
		return spaced
	}
	if !strings.ContainsAny(v[2], "0123456789") {
		return nil
	}
	return v
}

// overrun reports whether a value of a row reaches into the next column.
func (t *wingetTable) overrun(cells []rune) bool {
	for _, at := range t.starts[1:] {
		if at < len(cells) && cells[at-1] != ' ' {
			return true
		}
	}
	return false
}

// gaps stand between the values of a row that does not keep to the columns.
var gaps = regexp.MustCompile(`\s{2,}`)

// spaced cuts a row that does not keep to the columns where two spaces or more stand. It is nil where the second value can be no identifier.
func (t *wingetTable) spaced(row string) []string {
	fields := gaps.Split(strings.TrimSpace(row), -1)
	if len(fields) < 3 || len(fields) > len(t.starts) || len(fields) < len(t.starts) && !wingetID(fields[1]) {
		return nil
	}
	v := make([]string, len(t.starts))
	copy(v, fields[:3])
	if last := fields[len(fields)-1]; t.source >= 0 && len(fields) > 3 && sourceName(last) {
		v[t.source] = last
	}
	return v
}

func sourceName(s string) bool { return s == "winget" || s == "msstore" || s == "winget-font" }

// beginsWinget reports whether a text begins as the table does: a head whose second word is that of identifiers, underlined.
func beginsWinget(text []byte) bool {
	var head string
	for n, line := range strings.SplitN(string(text[:min(len(text), maxProgress)]), "\n", maxChecked) {
		if line = shown(line); dashes.MatchString(line) {
			words := gaps.Split(strings.TrimSpace(head), -1)
			return n > 0 && len(words) >= 3 && len(words) <= 5 && slices.Contains(idWords, strings.ToLower(words[1]))
		}
		if strings.TrimSpace(line) != "" {
			head = line
		}
	}
	return false
}

// footer reports whether a line is no row but a sentence below the table: "12 upgrades available.", "2 package(s) have version numbers …".
func footer(row string) bool {
	first, _, _ := strings.Cut(strings.TrimSpace(row), " ")
	return strings.Trim(first, "0123456789") == "" || strings.HasSuffix(strings.TrimSpace(row), ".")
}

func (l *list) wingetRow(c *computer, name, id, version, source string, line int) {
	if kbName.MatchString(name) {
		l.updates.Add(name)
		return
	}
	if cutOff(name) || cutOff(id) {
		l.cut.Add(name + " " + id)
	}
	a := inventory.App{Name: name}
	wingetIdentify(&a, id, source)
	switch {
	case strings.EqualFold(version, "unknown"):
	case strings.HasPrefix(version, "<"), strings.HasPrefix(version, ">"): // winget knows only that it lies below or above one of its own
		a.Flags = append(a.Flags, inventory.Text("version "+version))
	default:
		a.Version = strings.TrimSuffix(version, "…")
	}
	c.app(a, line)
}

// wingetIdentify tells what an identifier of winget is one of: a key of the registry, a packaged app, or a package of a source.
func wingetIdentify(a *inventory.App, id, source string) {
	full := !cutOff(id)
	parts := strings.SplitN(id, `\`, 4)
	switch {
	case !full && parts[0] == "MSIX" && strings.Contains(id, "_"): // the name of the package is whole
		packaged(a, parts[1])
	case !full:
		a.IdentifierKind, a.Identifier = inventory.NameOnly, a.Name
	case len(parts) == 4 && parts[0] == "ARP":
		a.IdentifierKind, a.Identifier = identify(parts[3], a.Name)
		if strings.EqualFold(parts[2], "X86") {
			a.Arch = "x86"
		}
		if strings.EqualFold(parts[1], "User") {
			a.Users = []inventory.AppUser{{User: inventory.UnnamedUser, Installed: true}}
		}
	case parts[0] == "MSIX" && len(parts) > 1:
		packaged(a, strings.Join(parts[1:], `\`))
	case familyName.MatchString(id):
		packaged(a, id)
	case guid(id):
		a.IdentifierKind, a.Identifier = inventory.MSIProductCode, strings.ToUpper(id)
	case source != "", storeID.MatchString(id):
		a.IdentifierKind, a.Identifier = inventory.WingetID, id
	default: // older releases show the key of the registry by itself
		a.IdentifierKind, a.Identifier = inventory.UninstallKey, id
	}
}

// packaged names a packaged app by its full name or its family name.
func packaged(a *inventory.App, id string) {
	a.IdentifierKind = inventory.MSIXFamily
	if m := fullName.FindStringSubmatch(id); m != nil {
		a.Identifier, a.Version = m[1], m[2]
		if arch := strings.ToLower(m[3]); arch != "neutral" {
			a.Arch = arch
		}
		return
	}
	a.Identifier, _, _ = strings.Cut(id, "_")
}

// isWingetExport recognises a source of `winget export` with its packages, or the head of the file.
func isWingetExport(r records.Record) bool {
	switch {
	case r.Group == "Sources":
		return r.Has("Packages") || r.Has("SourceDetails")
	case r.Group == "":
		return strings.Contains(r.Text("$schema"), "winget-packages.schema") || r.Has("Sources", "WinGetVersion")
	}
	return false
}

func readWingetExport(c *computer, r records.Record) {
	c.partial = "An export of winget lists only what its sources offer: programs that came otherwise are missing."
	details, _ := records.From(r.Value("SourceDetails"))
	source := details.Text("Name")
	for _, v := range r.List("Packages") {
		p, ok := records.From(v)
		if !ok {
			c.broken.Add("a package that is no object")
			continue
		}
		a := inventory.App{IdentifierKind: inventory.WingetID, Identifier: p.Text("PackageIdentifier", "Id"), Version: p.Text("Version")}
		if source == "msstore" {
			a.StoreID = inventory.Text(a.Identifier)
		}
		if strings.EqualFold(p.Text("Scope"), "user") {
			a.Users = []inventory.AppUser{{User: inventory.UnnamedUser, Installed: true}}
		}
		c.app(a, 0)
	}
}
