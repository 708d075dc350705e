package main

import (
	"fmt"
	"io"
	"math"

	"quaestor/riskdb"
	"quaestor/riskdb/resolve/labelled"
)

// leastPairs is how many labelled pairs there have to be for the figures to mean something.
const leastPairs = 400

// resolution is how names and identifiers resolve, on the set that the rules were made with and on one that was written
// afterwards, on names drawn by lot, and on names as management systems show them that give no identifiers: those that were looked at since, and those
// drawn by lot. The lists that were looked at say how the rules do on names they were mended with, the others how on names they have not seen.
type resolution struct {
	fitted, heldOut, drawn, exports, exportsHeldOut, exportsDrawn labelled.Score
}

func resolveLabelled(db *riskdb.DB) (resolution, error) {
	fitted, err := labelled.Load()
	if err != nil {
		return resolution{}, err
	}
	heldOut, err := labelled.HeldOut()
	if err != nil {
		return resolution{}, err
	}
	drawn, err := labelled.Drawn()
	if err != nil {
		return resolution{}, err
	}
	exports, err := labelled.Exports()
	if err != nil {
		return resolution{}, err
	}
	exportsHeldOut, err := labelled.ExportsHeldOut()
	if err != nil {
		return resolution{}, err
	}
	exportsDrawn, err := labelled.ExportsDrawn()
	if err != nil {
		return resolution{}, err
	}
	ix := db.Names()
	return resolution{fitted: labelled.Evaluate(ix, fitted), heldOut: labelled.Evaluate(ix, heldOut), drawn: labelled.Evaluate(ix, drawn), exports: labelled.Evaluate(ix, exports),
		exportsHeldOut: labelled.Evaluate(ix, exportsHeldOut), exportsDrawn: labelled.Evaluate(ix, exportsDrawn)}, nil
}

// perMille is a share in percent, cut after one decimal, so that a figure that is printed is never more than was measured.
func perMille(share float64) float64 { return math.Floor(share*1000) / 10 }

func (r resolution) write(w io.Writer) {
	fmt.Fprintf(w, "\nRESOLUTION of what inventories say to products\n  %-26s %6s %6s %6s %6s %6s %10s %8s\n",
		"kind", "pairs", "right", "missed", "false", "none", "precision", "recall")
	for _, set := range []struct {
		name  string
		score labelled.Score
	}{{"all", r.fitted}, {"all, held out", r.heldOut}, {"all, drawn by lot", r.drawn}, {"all, of exports", r.exports}, {"all, exports by hand", r.exportsHeldOut}, {"all, exports by lot", r.exportsDrawn}} {
		if set.score.All.Pairs == 0 {
			continue
		}
		for _, k := range set.score.Kinds {
			line(w, k.Kind, k.Count)
		}
		line(w, set.name, set.score.All)
		for _, m := range set.score.Mistakes {
			fmt.Fprintf(w, "  mistake (%s): %q by %q: want %q, got %q\n", m.Kind, m.Pair.Name, m.Pair.Publisher, m.Want, m.Got)
		}
	}
}

func line(w io.Writer, name string, c labelled.Count) {
	fmt.Fprintf(w, "  %-26s %6d %6d %6d %6d %6d %8.1f %% %6.1f %%\n", name, c.Pairs, c.Right, c.Missed, c.False, c.Rejected,
		perMille(c.Precision()), perMille(c.Recall()))
}

// faults lists what makes the figures worthless.
func (r resolution) faults() []string {
	if n := r.fitted.All.Pairs; n < leastPairs {
		return []string{fmt.Sprintf("%d labelled pairs, want %d or more; see riskdb/resolve/labelled", n, leastPairs)}
	}
	return nil
}

// leastHeldOut is how many held-out pairs there have to be before they need a floor.
const leastHeldOut = 50

// figures are those with a floor.
func (r resolution) figures() []figure {
	fitted, heldOut, drawn, exports, later, lot := r.fitted.All, r.heldOut.All, r.drawn.All, r.exports.All, r.exportsHeldOut.All, r.exportsDrawn.All
	out := []figure{
		counted("labelled pairs", fitted.Pairs),
		share("precision of resolution, percent", perMille(fitted.Precision())),
		share("recall of resolution, percent", perMille(fitted.Recall())),
		counted("held-out pairs", heldOut.Pairs),
		share("precision on held-out pairs, percent", perMille(heldOut.Precision())),
		share("recall on held-out pairs, percent", perMille(heldOut.Recall())),
		counted("drawn pairs", drawn.Pairs),
		share("precision on drawn pairs, percent", perMille(drawn.Precision())),
		share("recall on drawn pairs, percent", perMille(drawn.Recall())),
	}
	for i := 3; i < len(out); i++ {
		out[i].later = heldOut.Pairs < leastHeldOut || drawn.Pairs < leastHeldOut && i > 5
	}
	return append(out,
		counted("pairs of exports", exports.Pairs),
		share("precision on pairs of exports, percent", perMille(exports.Precision())),
		share("recall on pairs of exports, percent", perMille(exports.Recall())),
		counted("held-out pairs of exports", later.Pairs),
		share("precision on held-out pairs of exports, percent", perMille(later.Precision())),
		share("recall on held-out pairs of exports, percent", perMille(later.Recall())),
		counted("drawn pairs of exports", lot.Pairs),
		share("precision on drawn pairs of exports, percent", perMille(lot.Precision())),
		share("recall on drawn pairs of exports, percent", perMille(lot.Recall())))
}
