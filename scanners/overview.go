package scanners

import (
	"fmt"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// Group are the scanners that read about one system.
type Group struct {
	Title    string
	Scanners []Info
}

// PlatformName is how people call a platform.
func PlatformName(p inventory.Platform) string {
	switch p {
	case inventory.Windows:
		return "Windows"
	case inventory.MacOS:
		return "macOS"
	case inventory.Linux:
		return "Linux"
	case inventory.Android:
		return "Android"
	case inventory.IOS:
		return "iPhone and iPad"
	}
	return string(p)
}

// Grouped sorts scanners by the system that they read about. A scanner of several systems stands in the last group, once.
func Grouped(list []Scanner) []Group {
	var out []Group
	for _, p := range append(Platforms(), "") {
		g := Group{Title: PlatformName(p)}
		if p == "" {
			g.Title = "Several systems"
		}
		for _, s := range list {
			if i := s.Info(); p == "" && len(i.Platforms) != 1 || len(i.Platforms) == 1 && i.Platforms[0] == p {
				g.Scanners = append(g.Scanners, i)
			}
		}
		if len(g.Scanners) > 0 {
			slices.SortStableFunc(g.Scanners, func(x, y Info) int { return strings.Compare(x.ID, y.ID) })
			out = append(out, g)
		}
	}
	return out
}

// Of names the systems that a scanner reads about.
func (i Info) Of() string { return platformNames(i.Platforms) }

// Works says where: on which system it reads what runs there, and whether it reads files and copies too.
func (i Info) Works() string {
	live := platformNames(i.Live)
	if len(i.Live) == len(Computers()) {
		live = "any system"
	}
	switch {
	case len(i.Live) == 0:
		return "files and copies, on any system"
	case i.OnlyLive:
		return fmt.Sprintf("live only, on %s", live)
	case len(i.Live) == len(Computers()):
		return "live, files and copies, on any system"
	}
	return fmt.Sprintf("live on %s; files and copies on any system", live)
}

func platformNames(list []inventory.Platform) string {
	var names []string
	for _, p := range list {
		names = append(names, PlatformName(p))
	}
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}

// Markdown is the table of all scanners in scanners/README.md.
func Markdown(list []Scanner) string {
	var b strings.Builder
	for _, g := range Grouped(list) {
		fmt.Fprintf(&b, "\n### %s\n\n| scanner | prefix | reads | works on | cannot see |\n|---|---|---|---|---|\n", g.Title)
		for _, i := range g.Scanners {
			reads := i.Title + ": " + strings.Join(i.Reads, "; ")
			if len(i.Platforms) > 1 {
				reads = "of " + i.Of() + ", " + reads
			}
			fmt.Fprintf(&b, "| `%s` | `%s:` | %s | %s | %s |\n", i.ID, i.Kind, inCell(reads), i.Works(), inCell(phrases(i.CannotSee)))
		}
	}
	return b.String()
}

// phrases puts what a scanner cannot see into one line.
func phrases(list []string) string {
	var out []string
	for _, s := range list {
		out = append(out, strings.TrimSuffix(s, "."))
	}
	return strings.Join(out, "; ")
}

// inCell keeps text from ending a cell of a Markdown table or from being taken for marks of one.
func inCell(text string) string {
	return strings.NewReplacer("|", `\|`, "*", `\*`, "<", "&lt;", "_", `\_`, "`", "", "~", `\~`).Replace(text)
}

const (
	tableBegin = "<!-- The table below is made by `go generate ./scanners/all` from what the scanners say of themselves. -->\n"
	tableEnd   = "<!-- end of the table -->\n"
)

// InDocument puts the table of scanners in its place in a document.
func InDocument(document string, list []Scanner) (string, error) {
	before, rest, ok := strings.Cut(document, tableBegin)
	_, after, ok2 := strings.Cut(rest, tableEnd)
	if !ok || !ok2 {
		return "", fmt.Errorf("the document has no place for the table: put the lines %q and %q where it belongs", tableBegin, tableEnd)
	}
	return before + tableBegin + Markdown(list) + "\n" + tableEnd + after, nil
}
