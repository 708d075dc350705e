package scanners

import (
	"context"
	"errors"
	"fmt"

	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// Fleet is implemented by scanners of exports that hold many devices. The facts of each device are handed on by themselves, so
// that no run ever holds those of all.
type Fleet interface {
	Scanner
	// Split reads the sources of a run that the scanner recognised, in the order in which they were named and found, and hands
	// each device on as soon as it is known where its facts end, in an order that depends on the sources alone. What it keeps
	// grows by no more than a few bytes a device. It returns what belongs to no device; an error means what it means in
	// [Scanner], of those sources that it names with [SourceError], else of those of which no device came. emit waits while others are busy, and fails when nothing more is wanted: Split then returns its error.
	Split(ctx context.Context, srcs []*source.Source, emit func(Part) error) (*inventory.Inventory, error)
}

// Part is one device of an export, cut out and not yet read. It is called once, perhaps beside other parts, and reads no source.
// Gaps of the device are in its inventory.
type Part func() *inventory.Inventory

// Failed records in the inventory of a part that a whole source could not be read, or not the main thing in it.
func Failed(inv *inventory.Inventory, scanner, source string, err error) {
	run := inventory.Run{Scanner: scanner, Target: inventory.Text(source), Status: inventory.RunFailed, Detail: inventory.Text((&sourceError{source, err}).Error())}
	if len(inv.Devices) > 0 {
		run.Device = inv.Devices[0].ID
	}
	inv.Runs = append(inv.Runs, run)
	inv.Gaps = append(inv.Gaps, inventory.Gap{Scanner: scanner, Device: run.Device, Subject: run.Target, Kind: gapKind(err), Detail: sentence(run.Detail), Next: nextStep(err, nil)})
}

// Whole reads a whole export into one inventory, as [Scanner] wants it.
func Whole(ctx context.Context, f Fleet, src *source.Source) (*inventory.Inventory, error) {
	var found []*inventory.Inventory
	rest, err := f.Split(ctx, []*source.Source{src}, func(p Part) error {
		found = append(found, p())
		return ctx.Err()
	})
	if rest == nil {
		rest = inventory.New()
	}
	return inventory.MergeAll(append(found, rest)), err
}

// SourceError says of which of several sources an error is. Errors of several are joined with [errors.Join].
func SourceError(src *source.Source, err error) error {
	if err == nil {
		return nil
	}
	return &sourceError{source: src.Name(), err: err}
}

type sourceError struct {
	source string
	err    error
}

func (e *sourceError) Error() string { return fmt.Sprintf("%q: %v", e.source, e.err) }

func (e *sourceError) Unwrap() error { return e.err }

// bySource takes joined errors apart: those of single sources, and what is left.
func bySource(err error) (of map[string]error, rest error) {
	of = map[string]error{}
	list := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		list = joined.Unwrap()
	}
	for _, e := range list {
		if one, ok := e.(*sourceError); ok {
			of[one.source] = e
		} else if e != nil {
			rest = errors.Join(rest, e)
		}
	}
	return of, rest
}
