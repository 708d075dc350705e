package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"quaestor/reports/ndjson"
	sincestate "quaestor/reports/since"
)

// sinceState is the file of --since: what it holds of an earlier run, and what takes its place when everything is written.
type sinceState struct {
	name    string
	read    *os.File // nil where there is none yet
	written *os.File
}

// checkSince reports what would keep --since from being followed, before anything is scanned.
func checkSince(name string, outputs []output) error {
	if name == "" {
		return nil
	}
	lines := 0
	for _, o := range outputs {
		if o.format == (ndjson.Writer{}).Name() {
			lines++
		}
		if o.file != "" && samePath(o.file, name) {
			return usageError("--since %s: that is the file of -o %s; name another", name, o.format)
		}
	}
	if lines != 1 {
		return usageError("--since compares the lines of -o ndjson; give that output once")
	}
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return usageError("--since %s: cannot be looked at: %w; name one that is there from an earlier run, or one to be made", name, reason(err))
	case !info.Mode().IsRegular():
		return usageError("--since %s: that is no file; name one that is there from an earlier run, or one to be made", name)
	}
	return writable(name, info)
}

// writable refuses a state that its owner protects: it would be replaced by the name of a new file, which the mode of the old one does
// not keep from happening.
func writable(name string, info fs.FileInfo) error {
	err := fs.ErrPermission
	if info.Mode()&0o200 != 0 {
		var f *os.File
		if f, err = os.OpenFile(name, os.O_WRONLY, 0); err == nil {
			return f.Close()
		}
	}
	return usageError("--since %s: cannot be written: %w; allow it to be written, or name another", name, reason(err))
}

// openSince reads the state of an earlier run, and begins the next. The output of lines compares with it. Say tells the user
// what he should know.
func openSince(name, form string, outputs []output, say func(string)) (*sinceState, error) {
	if name == "" {
		return nil, nil
	}
	s := &sinceState{name: resolved(name)}
	old, err := s.open()
	if err != nil {
		s.discard()
		return nil, usageError("--since %s: %w; move it away to begin anew", name, err)
	}
	if s.written, err = os.CreateTemp(filepath.Dir(s.name), ".quaestor-*"); err != nil {
		s.discard()
		return nil, usageError("--since %s: cannot be written: %w; name a file in a folder that exists and that you may write to", name, reason(err))
	}
	with, err := sincestate.Compare(old, form, s.written)
	if err != nil {
		s.discard()
		return nil, usageError("--since %s: cannot be written: %w", name, reason(err))
	}
	if with.Anew() {
		say(fmt.Sprintf("--since %s: the earlier run was made under other policies or by another version of the lines; every line is written again", name))
	}
	for i := range outputs {
		if _, ok := outputs[i].writer.(ndjson.Writer); ok {
			outputs[i].writer = ndjson.Writer{Since: with}
		}
	}
	return s, nil
}

// open reads the state of the earlier run; there is none where there is no file.
func (s *sinceState) open() (*sincestate.State, error) {
	f, err := os.Open(s.name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, reason(err)
	}
	s.read = f
	info, err := f.Stat()
	if err != nil {
		return nil, reason(err)
	}
	return sincestate.Read(f, info.Size())
}

// commit puts the new state in the place of the old one, when what it is about was written.
func (s *sinceState) commit() error {
	if s == nil {
		return nil
	}
	defer s.discard()
	if err := errors.Join(s.written.Sync(), s.written.Close()); err != nil {
		return s.lost(err)
	}
	if s.read != nil {
		s.read.Close()
	}
	if err := os.Rename(s.written.Name(), s.name); err != nil {
		return s.lost(err)
	}
	return nil
}

func (s *sinceState) lost(err error) error {
	return &exitError{code: ExitIncomplete, err: fmt.Errorf("--since %s: cannot be written: %w; the next run says again what this one said", s.name, reason(err))}
}

// discard closes what is open, and takes away what was not committed.
func (s *sinceState) discard() {
	if s == nil {
		return
	}
	if s.read != nil {
		s.read.Close()
	}
	if s.written != nil {
		s.written.Close()
		os.Remove(s.written.Name())
	}
}

// sinceForm is what two runs must have in common, or their lines differ for other reasons than the devices.
func sinceForm(cfg scanConfig) string {
	return strings.Join([]string{ndjson.Schema, strings.Join(cfg.policies, ","), strings.Join(cfg.against, ",")}, "\n")
}
