package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"quaestor/riskdb"
	"quaestor/scanners"
	"quaestor/scanners/android/adb"
	"quaestor/scanners/inventory"
)

// pullFlags say which APKs a scan fetches from phones, and where to.
type pullFlags struct{ pull, dir string }

func (p *pullFlags) check() error {
	switch adb.Pull(p.pull) {
	case adb.PullNone:
		return nil
	case adb.PullSuspicious, adb.PullAll:
	default:
		return usageError("--pull %q: choose suspicious, all or none", p.pull)
	}
	if p.dir != "" {
		return nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return usageError("--pull: there is no folder for fetched APKs (%v); name one with --pull-dir", err)
	}
	p.dir = filepath.Join(cache, "quaestor", "apks")
	return nil
}

// withPhones is the list of scanners, of which the one of Android phones fetches what the flags say.
func withPhones(list []scanners.Scanner, cfg scanConfig, known *knowledge, bar *progress, got *fetched) []scanners.Scanner {
	o := adb.Options{Pull: adb.Pull(cfg.pull.pull), Dir: cfg.pull.dir, Progress: bar.phone, Fetched: got.add,
		Choose: func(inv *inventory.Inventory) map[string]string { return known.worthALook(inv, cfg.asOf) }}
	phones := adb.New(o)
	list = slices.Clone(list)
	for i, s := range list {
		if s.Info().ID == phones.Info().ID {
			list[i] = phones
		}
	}
	return list
}

// fetched is what lies in the folder for fetched APKs, phone by phone.
type fetched struct {
	mu   sync.Mutex
	list []adb.Fetched
}

func (f *fetched) add(a adb.Fetched) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = append(f.list, a)
}

// tell writes a line for each phone.
func (f *fetched) tell(w io.Writer) {
	slices.SortFunc(f.list, func(a, b adb.Fetched) int { return cmp.Compare(a.Serial, b.Serial) })
	for _, a := range f.list {
		fmt.Fprintf(w, "quaestor: adb:%s: %s; %d of them were fetched now\n", escapeLines([]byte(a.Serial)), escapeLines([]byte(a.String())), a.New)
	}
}

// worthALook judges what was found on a phone so far, and names the packages of which there is a finding of weight.
func (k *knowledge) worthALook(inv *inventory.Inventory, asOf riskdb.Date) map[string]string {
	out := map[string]string{}
	if <-k.read; k.err != nil {
		return out
	}
	findings := riskdb.Assess(k.used.DB, k.policies, inv, asOf).Findings
	slices.SortStableFunc(findings, func(a, b riskdb.Finding) int { return cmp.Compare(b.Severity.Rank(), a.Severity.Rank()) })
	for _, f := range findings {
		if a := f.Subject.App; a != nil && f.Severity.Rank() >= riskdb.Medium.Rank() && out[a.Identifier] == "" {
			out[a.Identifier] = f.Title
		}
	}
	return out
}
