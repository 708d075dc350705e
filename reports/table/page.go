package table

import (
	"bufio"
	"io"
	"strings"

	"quaestor/reports"
	"quaestor/reports/safetext"
)

const (
	defaultWidth = 80
	minWidth     = 40
	maxProse     = 100 // longer lines are hard to read
	maxGrid      = 180
)

// page writes lines. Every method escapes the text it is given; that is the only way to the output, so that
// foreign text cannot get past.
type page struct {
	w     *bufio.Writer
	width int
	color bool
	links bool
	err   error
}

func newPage(w io.Writer, o reports.Options) *page {
	width := o.Width
	if width <= 0 {
		width = defaultWidth
	}
	return &page{w: bufio.NewWriter(w), width: max(width, minWidth), color: o.Color, links: o.Hyperlinks}
}

func (p *page) flush() error {
	if p.err != nil {
		return p.err
	}
	return p.w.Flush()
}

// raw writes one finished line.
func (p *page) raw(line string) {
	if p.err == nil {
		_, p.err = p.w.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}

func (p *page) blank() { p.raw("") }

// heading starts a section.
func (p *page) heading(text string) {
	p.blank()
	p.text("", heading, text)
}

// text writes a paragraph below a lead: the first line starts with the lead, the others are indented by its
// width. The lead is made by this package and keeps its spaces.
func (p *page) text(lead string, s style, text string) {
	p.lines(lead, s, "", text)
}

// label writes a name and beside it a text; only the name is in the style. The lead is spaces.
func (p *page) label(lead string, s style, name, text string) {
	name = safetext.Escape(name)
	indent := strings.Repeat(" ", len(lead)+labelWidth)
	room := labelWidth - safetext.Width(name)
	if room < 1 { // the name is long and gets a line to itself
		p.lines(lead, s, "", name)
		name, room = "", labelWidth
	}
	for i, line := range safetext.Wrap(safetext.Escape(text), p.prose()-len(indent)) {
		if i == 0 {
			p.raw(lead + p.paint(s, name) + strings.Repeat(" ", room) + line)
		} else {
			p.raw(indent + line)
		}
	}
}

// labelWidth lines up the texts behind short labels.
const labelWidth = 12

func (p *page) lines(lead string, s style, link, text string) {
	indent := strings.Repeat(" ", safetext.Width(lead))
	for i, line := range safetext.Wrap(safetext.Escape(text), p.prose()-len(indent)) {
		line = p.paint(s, line)
		if link != "" {
			line = "\x1b]8;;" + link + "\x1b\\" + line + "\x1b]8;;\x1b\\"
		}
		if i == 0 {
			p.raw(lead + line)
		} else {
			p.raw(indent + line)
		}
	}
}

// url writes an address, as a link that can be clicked where that is wanted and the address is harmless.
func (p *page) url(lead, address string) {
	link := ""
	if p.links && linkable(address) {
		link = address
	}
	p.lines(lead, dim, link, address)
}

func linkable(address string) bool {
	if !strings.HasPrefix(address, "https://") && !strings.HasPrefix(address, "http://") {
		return false
	}
	return !strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r > '~' })
}

func (p *page) prose() int { return min(p.width, maxProse) }

// style is how a piece of text looks where colours are wanted.
type style string

const (
	normal  style = ""
	heading style = "1"
	strong  style = "1"
	dim     style = "2"
	alarm   style = "1;31"
	warning style = "33"
)

// severityStyle gives the style of a severity or of a level that is "none".
func severityStyle(severity string) style {
	switch severity {
	case "critical":
		return alarm
	case "high":
		return "31"
	case "medium":
		return warning
	case "low":
		return "36"
	}
	return dim
}

func (p *page) paint(s style, text string) string {
	if !p.color || s == normal || text == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + reset
}
