// Package dpkg finds the Debian packages that are installed on a computer, from dpkg's status file.
//
// Every package is an App; what a package contains is not looked into. A status file handed in by itself is
// read too, as a computer of which nothing else is known.
//
// What the package cannot see: programs installed without dpkg, the repository a package came from, and
// whether its files were changed after installation.
package dpkg

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"quaestor/scanners"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's name.
const ID = "host/dpkg"

const (
	statusFile = "var/lib/dpkg/status"
	statusDir  = "var/lib/dpkg/status.d"
	maxSamples = 5
)

// Scanner reads dpkg's status file.
type Scanner struct{}

// Info implements scanners.Scanner.
func (Scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: source.KindHost, Title: "Debian packages",
		Platforms: []inventory.Platform{inventory.Linux}, Live: []inventory.Platform{inventory.Linux},
		Reads: []string{"/var/lib/dpkg/status", "/var/lib/dpkg/status.d/*", "a dpkg status file by itself"},
		CannotSee: []string{
			"programs that were installed without dpkg",
			"which repository a Debian package came from",
		},
	}
}

// Recognise implements scanners.Scanner.
func (Scanner) Recognise(src *source.Source) bool {
	if hostroot.IsHost(src) {
		h, err := hostroot.Open(src)
		return err == nil && (h.Exists(statusFile) || h.Exists(statusDir))
	}
	return !src.IsDir() && looksLikeStatus(src.Head())
}

// looksLikeStatus asks for the fields that every stanza of a status file has, in the first one.
func looksLikeStatus(head []byte) bool {
	first, _, _ := bytes.Cut(bytes.ReplaceAll(head, []byte("\r\n"), []byte("\n")), []byte("\n\n"))
	return bytes.HasPrefix(first, []byte("Package: ")) &&
		bytes.Contains(first, []byte("\nStatus: ")) && bytes.Contains(first, []byte("\nVersion: "))
}

// Scan implements scanners.Scanner.
func (Scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	if hostroot.IsHost(src) {
		return scanHost(ctx, src)
	}
	return scanFile(ctx, src)
}

func scanHost(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	h, err := hostroot.Open(src)
	if err != nil {
		return nil, err
	}
	device := h.Device(ID)
	c := newCollector(ctx, device)
	files, gap := statusFiles(h)
	if gap != nil {
		c.gap(*gap)
	}
	var failed error
	for _, name := range files {
		if err := c.file(h, name); err != nil {
			c.gap(h.Gap(ID, name, err))
			failed = errors.Join(failed, err)
		}
		if ctx.Err() != nil {
			return c.inv, ctx.Err()
		}
	}
	if failed != nil && len(c.inv.Apps) == 0 {
		return c.inv, fmt.Errorf("no Debian package could be read: %w", failed)
	}
	c.finish(src.Join(statusFile))
	return c.inv, nil
}

// statusFiles lists the status file and, in images without dpkg, the files of status.d.
func statusFiles(h *hostroot.Host) (names []string, gap *inventory.Gap) {
	if h.Exists(statusFile) {
		names = append(names, statusFile)
	}
	entries, err := h.ReadDir(statusDir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		g := h.Gap(ID, statusDir, err)
		gap = &g
	}
	for _, e := range entries {
		if !e.IsDir() && !strings.HasSuffix(e.Name(), ".md5sums") {
			names = append(names, path.Join(statusDir, e.Name()))
		}
	}
	return names, gap
}

// scanFile reads a status file that was handed in by itself. The device is named by the file's content.
func scanFile(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	r, err := src.Reader()
	if err != nil {
		return nil, err
	}
	hash := sha256.New()
	if _, err := io.Copy(hash, r); err != nil {
		return nil, err
	}
	sum := hex.EncodeToString(hash.Sum(nil))
	origin := inventory.Origin{Scanner: ID, Path: inventory.Text(src.Name()), SHA256: sum}
	c := newCollector(ctx, inventory.Device{
		ID: inventory.DeviceID(inventory.Linux, "dpkg-status", sum), Platform: inventory.Linux,
		Name: inventory.Text(src.Base()), Origins: []inventory.Origin{origin},
	})
	if r, err = src.Reader(); err != nil {
		return nil, err
	}
	if err = c.read(r, inventory.Origin{Scanner: ID, Path: inventory.Text(src.Name())}); err != nil && len(c.inv.Apps) == 0 {
		return c.inv, err
	}
	c.finish(src.Name())
	return c.inv, err
}
