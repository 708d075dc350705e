package main

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/term"

	"quaestor/reports"
	reportsall "quaestor/reports/all"
	"quaestor/scanners/inventory"
	"quaestor/scanners/saved"
	"quaestor/scanners/source"
)

// inventoryFormat is written by scanners/saved, because it holds facts and not a report.
const inventoryFormat = "inventory"

// output is one -o: a format, and a file or standard output.
type output struct {
	format string
	file   string             // "" for standard output
	writer reports.PartWriter // nil for inventoryFormat
}

// check reports what would keep the output from being written, before anything is scanned.
func (o output) check(targets []source.Target) error {
	if o.file == "" {
		return nil
	}
	info, err := os.Stat(o.file)
	if err == nil && info.IsDir() {
		return usageError("-o %s=%s: that is a folder; name a file in it", o.format, o.file)
	}
	for _, t := range targets {
		if in, e := os.Stat(t.Path); err == nil && e == nil && os.SameFile(info, in) {
			return usageError("-o %s=%s: that is a file to be scanned, and would be overwritten; name another", o.format, o.file)
		}
	}
	if err == nil && !info.Mode().IsRegular() {
		return nil // a device or a pipe is written to as it is
	}
	probe, err := os.CreateTemp(filepath.Dir(resolved(o.file)), ".quaestor-*")
	if err != nil {
		return usageError("cannot write the %s output to %s: %w; name a folder that exists and that you may write to", o.format, o.file, reason(err))
	}
	probe.Close()
	return os.Remove(probe.Name())
}

// resolved is the file that a name leads to over links, existing or not, so that the links stay.
func resolved(name string) string {
	for range maxLinks {
		to, err := os.Readlink(name)
		if err != nil {
			break
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(name), to)
		}
		name = to
	}
	return name
}

// maxLinks is how many links a name may lead through, as in the Linux kernel.
const maxLinks = 40

func parseOutputs(list []string) ([]output, error) {
	var out []output
	stdout := ""
	for _, s := range list {
		format, file, named := strings.Cut(s, "=")
		if named && file == "" {
			return nil, usageError("-o %q: name a file after the equals sign, or leave it out for standard output", s)
		}
		if file == "-" {
			file = ""
		}
		w, ok := reportsall.ByName(format)
		if !ok && format != inventoryFormat {
			return nil, usageError("-o %q: there is no format %q; choose from %s", s, format, formats())
		}
		if file == "" && stdout != "" {
			return nil, usageError("-o %s and -o %s both go to standard output; give one a file: -o %s=FILE", stdout, format, format)
		}
		if file == "" {
			stdout = format
		}
		for _, other := range out {
			if file != "" && other.file != "" && samePath(file, other.file) {
				return nil, usageError("-o %s and -o %s both go to %s; give each a file of its own", other.format, format, file)
			}
		}
		out = append(out, output{format: format, file: file, writer: w})
	}
	return out, nil
}

// formats lists what -o can be.
func formats() string {
	var names []string
	for _, w := range reportsall.Writers() {
		names = append(names, w.Name())
	}
	return strings.Join(append(names, inventoryFormat), ", ")
}

func samePath(a, b string) bool {
	x, errX := filepath.Abs(resolved(a))
	y, errY := filepath.Abs(resolved(b))
	return errX == nil && errY == nil && x == y
}

// writeOutputs writes every output that can be written, and reports those that could not.
func writeOutputs(env Env, cfg scanConfig, inv *inventory.Inventory, r *reports.Report) error {
	shown := false
	var failed []error
	for _, o := range cfg.outputs {
		write := func(w io.Writer, opt reports.Options) error {
			if o.writer == nil {
				return saved.Write(w, inv)
			}
			return o.writer.Write(w, r, opt)
		}
		var err error
		if o.file == "" {
			shown = true
			err = toStdout(env, cfg, write)
		} else {
			err = toFile(o.file, func(w io.Writer) error { return write(w, cfg.options()) })
		}
		if err != nil {
			failed = append(failed, unwritten(o, err))
		}
	}
	if !shown {
		say(env, r.Verdict.Sentence)
	}
	if len(failed) > 0 {
		return &exitError{code: ExitIncomplete, err: errors.Join(failed...)}
	}
	return nil
}

func toStdout(env Env, cfg scanConfig, write func(io.Writer, reports.Options) error) error {
	opt := screen(env, cfg)
	return flushed(exactly(env.Stdout), func(w io.Writer) error { return write(w, opt) })
}

// screen is what the reader of standard output wants.
func screen(env Env, cfg scanConfig) reports.Options {
	opt := cfg.options()
	opt.Width = width(env)
	if _, tty := terminal(env.Stdout); tty {
		noColor, set := env.LookupEnv("NO_COLOR")
		dumb, _ := env.LookupEnv("TERM")
		opt.Color = !(set && noColor != "") && dumb != "dumb"
		opt.Hyperlinks = opt.Color
	}
	return opt
}

// width is the number of columns of the reader's screen, 0 when it is not known.
func width(env Env) int {
	if f, tty := terminal(env.Stdout); tty {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil && w > 0 {
			return w
		}
	}
	if s, ok := env.LookupEnv("COLUMNS"); ok {
		if w, err := strconv.Atoi(s); err == nil && w > 0 {
			return w
		}
	}
	return 0
}

// toFile writes a whole file or none.
func toFile(name string, write func(io.Writer) error) error {
	w, done, err := createFile(name)
	if err != nil {
		return err
	}
	err = write(w)
	return errors.Join(err, done(err == nil))
}

func flushed(w io.Writer, write func(io.Writer) error) error {
	buf := bufio.NewWriterSize(w, 64<<10)
	if err := write(buf); err != nil {
		return err
	}
	return buf.Flush()
}

// reason leaves out the name of a temporary file that nobody asked for.
func reason(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}
