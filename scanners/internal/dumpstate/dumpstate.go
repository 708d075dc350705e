// Package dumpstate reads the parts of an Android bug report that are not the dump of a service: its header and
// the system properties.
//
// What the package cannot see: logs, the file system and the traces in a bug report; it passes over them.
package dumpstate

import (
	"bytes"
	"strings"

	"quaestor/scanners/internal/getprop"
	"quaestor/scanners/internal/lines"
)

// Report takes the lines of a bug report that stand outside of any service's dump. The zero value is ready for
// use.
type Report struct {
	Header     map[string]string // "Build fingerprint", "Kernel", …, as they stand before the first section
	Time       string            // when it was begun, in the phone's own zone
	Done       bool              // the line that ends a report was there
	Begun      bool              // the line that begins one, too
	Properties getprop.Parser
	Found      bool // the section of the properties was there

	section bool // any section was seen
	props   bool // inside the section of the properties
}

// headers are what is kept of the header.
var headers = []string{"Build", "Build fingerprint", "Bootloader", "Radio", "Module Metadata version", "Android SDK version", "Kernel", "Bugreport format version"}

// Line takes the next line.
func (r *Report) Line(line []byte) {
	if bytes.HasPrefix(line, []byte("== dumpstate: ")) {
		r.mark(strings.TrimSpace(string(line[len("== dumpstate: "):])))
		return
	}
	if bytes.HasPrefix(line, []byte("------ ")) {
		r.section = true
		r.props = bytes.HasPrefix(line, []byte("------ SYSTEM PROPERTIES")) && !bytes.Contains(line, []byte("was the duration"))
		r.Found = r.Found || r.props
		return
	}
	switch {
	case r.props:
		r.Properties.Line(line)
	case !r.section:
		r.head(string(line))
	}
}

func (r *Report) mark(s string) {
	if strings.HasPrefix(s, "done") {
		r.Done = true
		return
	}
	if !r.Begun {
		r.Begun, r.Time = true, s
	}
}

func (r *Report) head(line string) {
	key, value, ok := strings.Cut(line, ": ")
	if !ok {
		return
	}
	for _, h := range headers {
		if key == h {
			if r.Header == nil {
				r.Header = map[string]string{}
			}
			if _, known := r.Header[h]; !known {
				r.Header[h] = strings.Trim(strings.TrimSpace(value), "'")
			}
		}
	}
}

// Looks reports whether the first bytes of a file are a bug report.
func Looks(head []byte) bool {
	return bytes.Contains(head[:min(len(head), 1024)], []byte("== dumpstate: ")) && !lines.Binary(head)
}
