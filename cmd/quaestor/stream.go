package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"quaestor/reports"
	"quaestor/scanners/inventory"
	"quaestor/scanners/saved"
)

// stream writes the outputs of a scan of so many devices that they are judged and written one by one.
type stream struct {
	env    Env
	cfg    scanConfig
	outs   []*streamed // once the first device came
	parts  int         // devices that were written
	totals reports.Totals
	gaps   gapSums
	result outcome
}

// streamed is one output that is being written.
type streamed struct {
	output
	to    io.Writer
	parts reports.Parts          // nil for the facts
	done  func(whole bool) error // puts it in its place, or takes it away
	err   error                  // the first
}

var errNoKnowledge = errors.New("there is nothing to judge by")

// add writes one device. It fails when nothing can be written any more.
func (s *stream) add(d judged) error {
	if d.report == nil {
		return errNoKnowledge
	}
	if s.outs == nil {
		s.begin()
	}
	s.parts++
	s.totals.Add(d.report)
	s.result.add(d.report, s.cfg.failOn)
	s.gaps.add(d.gaps)
	left := 0
	for i, o := range s.outs {
		if o.err == nil {
			o.err = o.part(d, d.ready[i])
		}
		if o.err == nil {
			left++
		}
	}
	if left == 0 {
		return s.failed()
	}
	if s.cfg.written != nil {
		s.cfg.written()
	}
	return nil
}

func (s *stream) begin() {
	for _, o := range s.cfg.outputs {
		s.outs = append(s.outs, begin(s.env, s.cfg, o))
	}
}

// begin opens an output.
func begin(env Env, cfg scanConfig, o output) *streamed {
	out := &streamed{output: o}
	opt := cfg.options()
	if o.file == "" {
		opt = screen(env, cfg)
		out.to, out.done = later(exactly(env.Stdout))
	} else if out.to, out.done, out.err = createFile(o.file); out.err != nil {
		return out
	}
	if o.writer != nil {
		out.parts = o.writer.Begin(out.to, opt)
	}
	return out
}

// part writes one device. Ready is what its writer prepared, if it did.
func (o *streamed) part(d judged, ready any) error {
	if parts, ok := o.parts.(reports.PreparedParts); ok && ready != nil {
		return parts.Prepared(d.report, ready)
	}
	if o.parts != nil {
		return o.parts.Part(d.report)
	}
	if d.err != nil {
		return d.err
	}
	_, err := o.to.Write(d.saved)
	return err
}

// close writes what belongs to no device, and ends every output.
func (s *stream) close(r *reports.Report, inv *inventory.Inventory) error {
	s.totals.Add(r)
	s.result.add(r, s.cfg.failOn)
	r.Verdict = s.totals.Verdict()
	shown := false
	for _, o := range s.outs {
		shown = shown || o.file == ""
		if o.err == nil && o.parts != nil {
			o.err = o.parts.Close(r)
		} else if o.err == nil {
			last := *inv
			last.Parts = s.parts
			o.err = saved.WriteLine(o.to, &last)
		}
		if o.done != nil {
			o.err = errors.Join(o.err, o.done(o.err == nil))
			o.done = nil
		}
	}
	if !shown {
		say(s.env, r.Verdict.Sentence)
	}
	return s.failed()
}

// failed tells of the outputs that could not be written.
func (s *stream) failed() error {
	var failed []error
	for _, o := range s.outs {
		if o.err != nil {
			failed = append(failed, unwritten(o.output, o.err))
		}
	}
	if len(failed) == 0 {
		return nil
	}
	return &exitError{code: ExitIncomplete, err: errors.Join(failed...)}
}

// drop takes away what was begun and will not be ended.
func (s *stream) drop() {
	for _, o := range s.outs {
		if o.done != nil {
			o.done(false)
			o.done = nil
		}
	}
}

// again forgets what was written: devices came up again, and are told of anew, each with all that is known of it.
func (s *stream) again() {
	s.drop()
	*s = stream{env: s.env, cfg: s.cfg}
}

// createFile begins a file that takes the place of name when it is done whole, and leaves no trace otherwise: a half-written
// report must not look like a report. The file is for its owner alone, because it says what is on a device. What is no regular file, a
// device or a pipe, is written to as it is.
func createFile(name string) (w io.Writer, done func(whole bool) error, err error) {
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		f, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err != nil {
			return nil, nil, err
		}
		w, done := later(f)
		return w, func(whole bool) error { return errors.Join(done(whole), f.Close()) }, nil
	}
	name = resolved(name)
	f, err := os.CreateTemp(filepath.Dir(name), ".quaestor-*")
	if err != nil {
		return nil, nil, err
	}
	buf := bufio.NewWriterSize(f, 64<<10)
	return buf, func(whole bool) error {
		defer os.Remove(f.Name())
		if err := errors.Join(buf.Flush(), f.Close()); err != nil || !whole {
			return err
		}
		return os.Rename(f.Name(), name)
	}, nil
}

// unwritten says which output could not be written.
func unwritten(o output, err error) error {
	return fmt.Errorf("cannot write the %s output: %w; nothing of it can be relied on", o.format, err)
}
