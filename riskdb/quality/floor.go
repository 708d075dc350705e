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
}

// figures are the numbers of a measurement that may only rise.
func (m *measurement) figures() []figure {
	return []figure{
		{"controls", float64(len(m.controls)), countMargin(len(m.controls))},
		{"controls with a list that was seen", float64(m.permissions.seen), countMargin(m.permissions.seen)},
		{"identifiers found that must be", float64(m.positives.found), countMargin(m.positives.found)},
	}
}

// countMargin lets a list grow by a tenth before its floor must follow.
func countMargin(n int) float64 { return math.Ceil(float64(n) / 10) }

// faults lists the figures that are below their floor or have none.
func (f Floor) faults(m *measurement) []string {
	var out []string
	for _, x := range m.figures() {
		floor, ok := f.Figures[x.name]
		switch {
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
		if x.value > f.Figures[x.name]+x.margin {
			out = append(out, fmt.Sprintf("%s: %g is well above the floor of %g; raise it in riskdb/quality/floor.yaml", x.name, x.value, f.Figures[x.name]))
		}
	}
	return out
}
