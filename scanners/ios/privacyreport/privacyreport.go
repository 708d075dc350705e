// Package privacyreport reads the App Privacy Report that an iPhone's owner can export and share: which apps used
// which sensor or data, and which hosts they exchanged data with, in the last seven days.
//
// The report is a text with one JSON object a line. Apple documents its members for version 4 (iOS 15.2 and later);
// those of the versions before it are known from examples and are read too.
//
// What the package cannot see: apps that did nothing of that in these days, or were not recorded because the report was
// turned off; what was sent and received; and accesses that iOS does not record.
package privacyreport

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"quaestor/scanners"
	"quaestor/scanners/internal/gunzip"
	"quaestor/scanners/internal/lines"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

const id = "ios/privacyreport"

type reader struct{}

// New returns the scanner.
func New() scanners.Scanner { return reader{} }

// Info implements [scanners.Scanner].
func (reader) Info() scanners.Info {
	return scanners.Info{
		ID: id, Kind: "ios", Title: "App Privacy Report that the owner of an iPhone exports",
		Platforms: []inventory.Platform{inventory.IOS},
		Reads:     []string{"App_Privacy_Report_v4_….ndjson of iOS and iPadOS 15.2 and later, and the forms of the betas before; also in gzip"},
		CannotSee: []string{
			"Apps that used no sensor and no network in the seven days that the report covers, and everything while it was turned off.",
			"What the apps sent and received, and accesses that iOS does not record.",
			"Whether an app is still installed: the report proves that it was when it was used.",
		},
		Extensions: []string{".ndjson"},
	}
}

// lookLines is how many lines at the beginning are looked at to recognise a report.
const lookLines = 10

// Recognise implements [scanners.Scanner].
func (reader) Recognise(src *source.Source) bool {
	if src.IsDir() {
		return false
	}
	head := lines.Decode(gunzip.Head(src.Head()))
	for range lookLines {
		line, rest, _ := bytes.Cut(head, []byte{'\n'})
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] == '{' {
			if _, known, err := parse(line); err == nil && known {
				return true
			}
		}
		head = rest
	}
	return false
}

// Scan implements [scanners.Scanner].
func (reader) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	in, err := src.Reader()
	if err != nil {
		return nil, err
	}
	sum := sha256.New()
	in = io.TeeReader(in, sum)
	if gunzip.Is(src.Head()) {
		if in, err = gunzip.Reader(in, src.Name(), src.Limits().FileBytes); err != nil {
			return nil, err
		}
	}
	r := newReport(src.Name())
	err = r.read(ctx, in)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	var limit *source.LimitError
	if errors.As(err, &limit) {
		r.gap(inventory.GapLimit, 0, nil, limit.Error()+".", "Split the report and scan its parts.")
		err = nil
	}
	r.phone.Hashed(src.Name(), hex.EncodeToString(sum.Sum(nil)))
	inv := r.inventory(src.Base(), src.Name(), hex.EncodeToString(sum.Sum(nil)))
	if err == nil && len(inv.Apps) == 0 {
		err = fmt.Errorf("%q tells of no app; export the report again", src.Name())
	}
	return inv, err
}
