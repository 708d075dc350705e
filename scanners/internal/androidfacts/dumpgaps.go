package androidfacts

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"quaestor/scanners/internal/dumpsys"
	"quaestor/scanners/internal/tally"
	"quaestor/scanners/inventory"
)

// gaps states what a dump did not tell, or told in a way that is not understood.
func (d *dump) gaps(sum *dumpsys.Summary) {
	for _, section := range slices.Sorted(maps.Keys(sum.UnknownKeys)) {
		d.unknownKeys(strings.TrimSuffix(section, ":"), sum.UnknownKeys[section], "fields")
	}
	d.unknownKeys("package service", &sum.UnknownSections, "sections")
	d.CutLines(d.path, sum.Cut)
	d.gluedLines(d.path, sum.Glued)
	d.problem(&sum.Missed, inventory.GapMalformed, "Lines name a package in a form that is not understood: these packages are not among the apps.", "Dump again straight into a file, and look at these lines by hand.")
	d.problem(&sum.Broken, inventory.GapMalformed, "Package blocks are broken: they have no end, or no valid name.", "Dump again; where it stays so, look at these lines by hand.")
	d.problem(&d.twice, inventory.GapMalformed, "Packages are described twice in one dump; the first description is used. Apps can write such lines into their own version name.", "Look at these lines by hand.")
	d.problem(&d.names, inventory.GapMalformed, "Names of packages are not valid.", "Look at these packages by hand.")
	d.problem(&sum.Denied, inventory.GapNotPermitted, "Services refused to be dumped.", "Dump as the shell user of adb, or take a bug report.")
	d.problem(&sum.Timeouts, inventory.GapMalformed, "Services did not end their dump in time: their part is cut short.", "Dump these services apart: dumpsys -t 60 SERVICE.")
	if len(sum.Unfinished) > 0 {
		d.Gap(inventory.Gap{Subject: d.path, Kind: inventory.GapMalformed, Count: len(sum.Unfinished), Samples: sum.Unfinished[:min(len(sum.Unfinished), 5)],
			Detail: "The dump of these services has no end: the file was cut short, or an app wrote a service's mark into its own texts.", Next: "Dump again and wait for the end."})
	}
	if len(sum.Missing) > 0 {
		d.Gap(inventory.Gap{Subject: d.path, Kind: inventory.GapMalformed, Count: len(sum.Missing), Samples: sum.Missing,
			Detail: "The dump lists these services as running and does not hold them: it was cut short.", Next: "Dump again and wait for the end."})
	}
	if sum.Truncated && !d.whole {
		d.Gap(inventory.Gap{Subject: d.path, Kind: inventory.GapMalformed, Detail: "The dump ends within the packages or the shared users: it was cut short, and what should follow is missing.",
			Next: "Dump again and wait for the end."})
	}
	if (sum.Bare || sum.Asked != "") && !d.whole {
		d.partOfService(sum)
	}
	if sum.Overflow > 0 {
		d.Gap(inventory.Gap{Subject: d.path, Kind: inventory.GapLimit, Count: sum.Overflow, Detail: "A package has more list entries than are kept.",
			Next: "Check where this dump comes from: no real package has so many."})
	}
	d.problem(&d.heavy, inventory.GapLimit, "The lists of permissions and users are longer than is kept: those of these packages and of the ones after them are missing.", "Check where this dump comes from: no phone has so many.")
	if sum.PackageService && sum.Packages > 0 && !sum.Requested {
		d.Gap(inventory.Gap{Subject: d.path, Kind: inventory.GapBlind,
			Detail: "The dump lists no requested permissions: of permissions that are neither granted nor refused nothing is known.", Next: "Scan the APKs too."})
	}
}

// partOfService states what a dump that is no whole dump of the package service leaves open. One that lists
// packages only may be whole when the package is among them that every phone has.
func (d *dump) partOfService(sum *dumpsys.Summary) {
	g := inventory.Gap{Subject: d.path, Kind: inventory.GapBlind, Next: "Dump the whole service: dumpsys package.",
		Detail: "The dump holds the packages and nothing after them: it does not show whether it is whole."}
	switch {
	case sum.Asked != "":
		g.Detail = fmt.Sprintf("The dump was made for one package, %q: it tells of no other app on the phone.", tally.Short(sum.Asked))
	case !sum.Platform:
		g.Kind = inventory.GapMalformed
		g.Detail = "The dump holds packages and nothing after them, and not the package \"android\" that every phone has: it is a part of a list, or was cut short."
	}
	d.Gap(g)
}

// openEnd states that a dump ends in the middle of a line, where nothing else says that it was cut.
func (d *dump) openEnd(sum *dumpsys.Summary) {
	if sum.Open && !d.whole && !sum.Truncated && len(sum.Unfinished) == 0 {
		d.Gap(inventory.Gap{Subject: d.path, Kind: inventory.GapMalformed, Detail: "The dump ends in the middle of a line: it was cut short, and what should follow is missing.",
			Next: "Dump again and wait for the end."})
	}
}

func (d *dump) unknownKeys(section string, t *tally.ByKey, what string) {
	if t.Count == 0 {
		return
	}
	d.Gap(inventory.Gap{Subject: d.path, Kind: inventory.GapUnknownLines, Count: t.Count, Samples: t.Samples(),
		Detail: fmt.Sprintf("Some %s in %q are not known here (%d different); all others were read.", what, section, t.Keys()),
		Next:   "Report them with the phone's maker and Android version, so that a later version reads them."})
}

func (d *dump) problem(t *tally.Tally, kind inventory.GapKind, detail, next string) {
	if t.Count > 0 {
		d.Gap(inventory.Gap{Subject: d.path, Kind: kind, Count: t.Count, Samples: t.Samples, Detail: detail, Next: next})
	}
}
