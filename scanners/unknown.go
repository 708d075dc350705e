package scanners

import (
	"fmt"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// describe asks the scanners what a file looks like that none of them recognises.
func (w *walk) describe(src *source.Source) (what, next string) {
	defer func() {
		if recover() != nil { // as with recognise
			what, next = "", ""
		}
		if next == "" {
			next = "See `quaestor scanners` for what is read."
		}
	}()
	for _, s := range w.scanners {
		if d, ok := s.(Describer); ok {
			if what, next = d.Describe(src); what != "" {
				return " It looks like " + sentenceEnd(what), next
			}
		}
	}
	return "", ""
}

func sentenceEnd(s string) string { return strings.TrimSuffix(s, ".") + "." }

// systemNames are what the systems are called.
var systemNames = map[inventory.Platform]string{inventory.Windows: "Windows", inventory.MacOS: "macOS", inventory.Linux: "Linux", inventory.Android: "Android", inventory.IOS: "iPhone and iPad"}

// lookedFor says what a file was looked at for, by system. What is read of a computer or a phone itself is no file.
func lookedFor(list []Scanner) string {
	of := map[string][]string{}
	for _, s := range list {
		info := s.Info()
		if info.OnlyLive || info.Kind == source.KindHost || info.Kind == source.KindADB || info.Kind == source.KindIPhone {
			continue
		}
		system := "several systems"
		if len(info.Platforms) == 1 {
			system = systemNames[info.Platforms[0]]
		}
		if !slices.Contains(of[system], info.Title) {
			of[system] = append(of[system], info.Title)
		}
	}
	var parts []string
	for _, p := range append(Platforms(), "") {
		system, ok := systemNames[p]
		if !ok {
			system = "several systems"
		}
		if titles := of[system]; titles != nil {
			parts = append(parts, fmt.Sprintf("of %s: %s", system, strings.Join(titles, ", ")))
		}
	}
	return "What was looked for: " + strings.Join(parts, "; ") + "."
}
