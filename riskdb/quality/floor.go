package main

import (
	"bytes"
	"fmt"
	"math"
	"os"

	"go.yaml.in/yaml/v3"
)

// Floor is the least that is accepted. It follows the measurement upwards: a test fails when a figure is below
// its floor, and also when the floor was left far behind.
type Floor struct {
	Figures map[string]float64 `yaml:"floor"`
}

func readFloor(file string) (Floor, error) {
	var f Floor
	raw, err := os.ReadFile(file)
	if err != nil {
		return f, err
	}
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	dec.KnownFields(true)
	if err := dec.Decode(&f); err != nil {
		return f, fmt.Errorf("%s: %w", file, err)
	}
	return f, nil
}

// figure is one number that has a floor, and how far above it the number may be before the floor must rise.
type figure struct {
	name   string
	value  float64
	margin float64
	// later is set while the set behind the figure is too small to hold anybody to: it has a floor when one is written.
	later bool
}

// figures are the numbers of a measurement that may only rise.
func (m *measurement) figures() []figure {
	return append([]figure{
		counted("controls", len(m.controls)),
		counted("controls with a list that was seen", m.permissions.seen),
		counted("controls with facts of their files", embedded(m.controls)),
		counted("controls with an ordinary build", m.built),
		counted("ordinary names", listed(m.lists, isName)),
		counted("ordinary identifiers", listed(m.lists, isID)),
		counted("identifiers found that must be", m.positives.all.found),
		counted("guards of what must not be said", m.positives.guards.found),
		counted("security products recognised on a system", len(m.guards.products)),
		counted("look-alikes of security software left alone", m.guards.quiet),
	}, m.resolution.figures()...)
}

// counted is the length of a list, which may grow by a tenth before its floor must follow.
func counted(name string, n int) figure {
	return figure{name: name, value: float64(n), margin: math.Ceil(float64(n) / 10)}
}

// share is a percentage, which may rise by half a point before its floor must follow.
func share(name string, percent float64) figure {
	return figure{name: name, value: percent, margin: 0.5}
}

// faults lists the figures that are below their floor or have none.
func (f Floor) faults(m *measurement) []string {
	var out []string
	for _, x := range m.figures() {
		floor, ok := f.Figures[x.name]
		switch {
		case !ok && x.later:
		case !ok:
			out = append(out, fmt.Sprintf("riskdb/quality/floor.yaml has no floor for %q; write %g", x.name, x.value))
		case x.value < floor:
			out = append(out, fmt.Sprintf("%s: %g, below the floor of %g; the floor may only rise", x.name, x.value, floor))
		}
	}
	return out
}

// behind lists the floors that the measurement has left behind.
func (f Floor) behind(m *measurement) []string {
	var out []string
	for _, x := range m.figures() {
		if floor, ok := f.Figures[x.name]; (ok || !x.later) && x.value > floor+x.margin {
			out = append(out, fmt.Sprintf("%s: %g is well above the floor of %g; raise it in riskdb/quality/floor.yaml", x.name, x.value, f.Figures[x.name]))
		}
	}
	return out
}
