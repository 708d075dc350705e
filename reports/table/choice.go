package table

import (
	"cmp"
	"slices"
	"strings"

	"quaestor/reports"
)

// choice is what the reader asked to see of the findings, and in which order. The verdict counts all of them, whatever is shown.
type choice struct {
	only []string // actions; nil for all
	sort string
	left int // findings that are not shown
	of   []string
}

func choiceOf(o reports.Options) choice { return choice{only: o.Only, sort: o.Sort} }

// shows reports whether what asks for an action is wanted.
func (c *choice) shows(action string) bool { return c.only == nil || slices.Contains(c.only, action) }

// all reports whether nothing is to be left out.
func (c *choice) all() bool { return c.only == nil }

// choose leaves out the apps whose strongest action is not asked for, and orders the others within their action.
func (v *view) choose() {
	c := &v.choice
	kept := make([]*appGroup, 0, len(v.apps))
	for _, a := range v.apps {
		action := a.action
		if a.onlyInfo() {
			action = "inform"
		}
		if c.shows(action) {
			kept = append(kept, a)
			continue
		}
		for _, g := range a.findings {
			c.leave(g.count(), action)
		}
	}
	v.apps = kept
	if !c.all() {
		for _, a := range v.excepted {
			for _, g := range a.findings {
				c.leave(g.count(), "under an exception")
			}
		}
		v.excepted = nil
	}
	v.order()
}

func (c *choice) leave(n int, what string) {
	c.left += n
	if !slices.Contains(c.of, what) {
		c.of = append(c.of, what)
	}
}

// order puts apps of one action into the order that was asked for.
func (v *view) order() {
	var by func(x, y *appGroup) int
	switch v.choice.sort {
	case "name":
		by = func(x, y *appGroup) int { return strings.Compare(strings.ToLower(x.name()), strings.ToLower(y.name())) }
	case "devices":
		by = func(x, y *appGroup) int { return cmp.Compare(y.onHowMany(), x.onHowMany()) }
	case "severity":
		by = func(x, y *appGroup) int { return cmp.Compare(severityRank(x.severity), severityRank(y.severity)) }
	default:
		return
	}
	slices.SortStableFunc(v.apps, func(x, y *appGroup) int {
		return cmp.Or(cmp.Compare(x.level(), y.level()), cmp.Compare(actionRank(x.action), actionRank(y.action)), by(x, y))
	})
}

// onHowMany is on how many devices the app is.
func (a *appGroup) onHowMany() int {
	if a.spread != nil {
		return a.spread.devices
	}
	return len(a.devices())
}

// chosen says what was left out because nobody asked for it.
func (v *view) chosen() {
	c := &v.choice
	if c.all() {
		return
	}
	v.blank()
	text := "Nothing else was found."
	if c.left > 0 {
		text = count(c.left, "finding") + " (" + strings.Join(c.of, ", ") + ") left out."
	}
	v.text("", dim, "Shown is what asks for: "+strings.Join(c.only, ", ")+". "+text+" The verdict is on everything; what else the table has is shown without --only.")
}
