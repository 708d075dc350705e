package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/term"

	"quaestor/reports"
	reportsall "quaestor/reports/all"
	"quaestor/scanners/inventory"
	"quaestor/scanners/saved"
)

// inventoryFormat is written by scanners/saved, because it holds facts and not a report.
const inventoryFormat = "inventory"

// output is one -o: a format, and a file or standard output.
type output struct {
	format string
	file   string         // "" for standard output
	writer reports.Writer // nil for inventoryFormat
}

func parseOutputs(list []string) ([]output, error) {
	var out []output
	names := []string{}
	byName := map[string]reports.Writer{}
	for _, w := range reportsall.Writers() {
		names = append(names, w.Name())
		byName[w.Name()] = w
	}
	names = append(names, inventoryFormat)
	stdout := ""
	for _, s := range list {
		format, file, _ := strings.Cut(s, "=")
		if file == "-" {
			file = ""
		}
		w, ok := byName[format]
		if !ok && format != inventoryFormat {
			return nil, usageError("-o %q: there is no format %q; choose from %s", s, format, strings.Join(names, ", "))
		}
		if file == "" && stdout != "" {
			return nil, usageError("-o %s and -o %s both go to standard output; give one a file: -o %s=FILE", stdout, format, format)
		}
		if file == "" {
			stdout = format
		}
		out = append(out, output{format: format, file: file, writer: w})
	}
	return out, nil
}

func writeOutputs(env Env, cfg scanConfig, inv *inventory.Inventory, r *reports.Report) error {
	shown := false
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
			err = toFile(o.file, func(w io.Writer) error { return write(w, reports.Options{Details: cfg.details}) })
		}
		if err != nil {
			return &exitError{code: ExitUsage, err: fmt.Errorf("cannot write the %s output: %w; nothing of it can be relied on", o.format, err)}
		}
	}
	if !shown {
		fmt.Fprintf(env.Stderr, "quaestor: %s\n", r.Verdict.Sentence)
	}
	return nil
}

func toStdout(env Env, cfg scanConfig, write func(io.Writer, reports.Options) error) error {
	opt := reports.Options{Details: cfg.details, Width: width(env)}
	if _, tty := terminal(env.Stdout); tty {
		noColor, set := env.LookupEnv("NO_COLOR")
		dumb, _ := env.LookupEnv("TERM")
		opt.Color = !(set && noColor != "") && dumb != "dumb"
		opt.Hyperlinks = opt.Color
	}
	buf := bufio.NewWriterSize(env.Stdout, 64<<10)
	if err := write(buf, opt); err != nil {
		return err
	}
	return buf.Flush()
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

// toFile writes a whole file or none: a half-written report must not look like a report. The file is for its
// owner alone, because it says what is on a device.
func toFile(name string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".quaestor-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	buf := bufio.NewWriterSize(f, 64<<10)
	if err := write(buf); err != nil {
		f.Close()
		return err
	}
	if err := buf.Flush(); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
