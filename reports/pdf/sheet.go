package pdf

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/net/html"

	"quaestor/reports"
	"quaestor/reports/text"
)

// Measures of a page, in millimetres; sizes of type are in points.
const (
	left, right, top, bottom = 18.0, 192.0, 22.0, 278.0
	body                     = 9.5
	leading                  = 0.48 // millimetres of a line for one point of type
)

type colour [3]int

var (
	ink   = colour{26, 28, 32}
	quiet = colour{95, 99, 108}
	blue  = colour{20, 70, 140}
	grave = colour{160, 20, 30}
	rule  = colour{205, 208, 214}
)

// style is how text is written.
type style struct {
	strong bool
	size   float64
	ink    colour
	href   string
}

// run is text of one style. A line ends after one that says so.
type run struct {
	text string
	style
	ends bool
}

// sheet is a document that is being laid out.
type sheet struct {
	f      *fpdf.Fpdf
	lang   *text.Language
	title  string
	y      float64
	in     float64 // indent
	runs   []run
	links  map[string]int
	parts  map[string]*html.Node // by id, what pictures share
	widths map[string]map[rune]float64
	mark   string // before the next line: that of a list
}

func newSheet(l *text.Language, r *reports.Report) *sheet {
	f := fpdf.New("P", "mm", "A4", "")
	s := &sheet{f: f, lang: l, links: map[string]int{}, parts: map[string]*html.Node{}, widths: map[string]map[rune]float64{}}
	f.SetCatalogSort(true)
	f.SetAutoPageBreak(false, 0)
	f.AliasNbPages("{nb}")
	f.SetLang(l.Tag)
	f.SetProducer("Quaestor", true)
	f.SetCreator(shown(strings.TrimSpace(r.Tool.Name+" "+r.Tool.Version)), true)
	day := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	if len(r.AsOf) >= 10 {
		if t, err := time.Parse(time.DateOnly, r.AsOf[:10]); err == nil {
			day = t
		}
	}
	f.SetCreationDate(day)
	f.SetModificationDate(day)
	f.AddUTF8FontFromBytes(regular, "", slices.Clone(faces[regular]().raw))
	return s
}

// shown is text in which each character can be written.
func shown(s string) string {
	var b strings.Builder
	for _, c := range s {
		switch {
		case c == '\n' || c == '\t' || c == '\r':
			b.WriteByte(' ')
		default:
			if _, ok := faceOf(c, false); ok {
				b.WriteRune(c)
			} else {
				fmt.Fprintf(&b, "⟨U+%04X⟩", c)
			}
		}
	}
	return b.String()
}

func (s *sheet) font(name string, size float64) {
	if s.widths[name] == nil {
		s.widths[name] = map[rune]float64{}
		s.f.AddUTF8FontFromBytes(name, "", slices.Clone(faces[name]().raw))
	}
	s.f.SetFont(name, "", size)
}

func (s *sheet) wide(c rune, st style) float64 {
	name, _ := faceOf(c, st.strong)
	w, ok := s.widths[name][c]
	if !ok {
		s.font(name, 100)
		w = s.f.GetStringWidth(string(c))
		s.widths[name][c] = w
	}
	return w * st.size / 100
}

func (s *sheet) width(t string, st style) (w float64) {
	for _, c := range t {
		w += s.wide(c, st)
	}
	return w
}

// draw writes text at a place, each character in the first font that has it.
func (s *sheet) draw(x, y float64, t string, st style) float64 {
	s.f.SetTextColor(st.ink[0], st.ink[1], st.ink[2])
	from, name, at := 0, "", x
	put := func(to int) {
		if to > from {
			s.font(name, st.size)
			s.f.Text(x, y, t[from:to])
		}
	}
	for i, c := range t {
		of, _ := faceOf(c, st.strong)
		if of != name {
			put(i)
			from, name, x = i, of, at
		}
		at += s.wide(c, st)
	}
	put(len(t))
	return at
}

// newPage begins a page with its header and footer.
func (s *sheet) newPage() {
	s.f.AddPage()
	small := style{size: 7.5, ink: quiet}
	title := s.title
	for s.width(title, small) > right-left-25 {
		r := []rune(title)
		title = string(r[:len(r)*9/10]) + "…"
	}
	s.draw(left, 12, "Quaestor", style{strong: true, size: 7.5, ink: quiet})
	s.draw(right-s.width(title, small), 12, title, small)
	s.line(14)
	s.draw(right-14, 289, strconv.Itoa(s.f.PageNo())+" / {nb}", small)
	s.y = top
}

func (s *sheet) line(y float64) {
	s.f.SetDrawColor(rule[0], rule[1], rule[2])
	s.f.SetLineWidth(0.2)
	s.f.Line(left, y, right, y)
}

// room begins a page when so much does not fit on this one.
func (s *sheet) room(high float64) {
	if s.y+high > bottom {
		s.newPage()
	}
}

// broken sets runs into lines of a width.
func (s *sheet) broken(runs []run, width float64) (lines [][]run) {
	var line []run
	x := 0.0
	end := func() { lines, line, x = append(lines, line), nil, 0 }
	for _, r := range runs {
		for word := range words(shown(r.text)) {
			w := s.width(word, r.style)
			if x > 0 && x+s.width(strings.TrimRight(word, " "), r.style) > width {
				end()
			}
			if x == 0 {
				if word = strings.TrimLeft(word, " "); word == "" {
					continue
				}
			}
			for w > width && x == 0 { // longer than a line
				n, part := 0, 0.0
				for i, c := range word {
					if part += s.wide(c, r.style); part > width && i > 0 {
						break
					}
					n = i + len(string(c))
				}
				if n == len(word) {
					break
				}
				line = append(line, run{text: word[:n], style: r.style})
				end()
				word = word[n:]
				w = s.width(word, r.style)
			}
			x += s.width(word, r.style)
			if n := len(line); n > 0 && line[n-1].style == r.style {
				line[n-1].text += word
			} else {
				line = append(line, run{text: word, style: r.style})
			}
		}
		if r.ends && len(line) > 0 {
			end()
		}
	}
	if len(line) > 0 {
		end()
	}
	return lines
}

// words are pieces of text after which a line may end.
func words(t string) func(func(string) bool) {
	return func(yield func(string) bool) {
		from := 0
		var last rune
		for i, c := range t {
			if i > from && (last == ' ' && c != ' ' || unicode.In(c, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)) {
				if !yield(t[from:i]) {
					return
				}
				from = i
			}
			last = c
		}
		if from < len(t) {
			yield(t[from:])
		}
	}
}

// put writes one line at a place.
func (s *sheet) put(x float64, line []run, high float64) {
	for _, r := range line {
		to := s.draw(x, s.y+high*0.75, r.text, r.style)
		switch {
		case strings.HasPrefix(r.href, "#"):
			if id, ok := s.links[r.href[1:]]; ok {
				s.f.Link(x, s.y, to-x, high, id)
			}
		case strings.HasPrefix(r.href, "https://") || strings.HasPrefix(r.href, "http://"):
			s.f.LinkString(x, s.y, to-x, high, r.href)
		}
		x = to
	}
}

func highOf(line []run) (high float64) {
	for _, r := range line {
		high = max(high, r.size*leading)
	}
	return max(high, 3)
}

// flush writes the paragraph that was gathered.
func (s *sheet) flush(after float64) {
	runs := s.runs
	s.runs = nil
	x := left + s.in
	for _, line := range s.broken(runs, right-x) {
		high := highOf(line)
		s.room(high)
		if s.mark != "" {
			st := style{size: body, ink: quiet}
			s.draw(x-1.5-s.width(s.mark, st), s.y+high*0.75, s.mark, st)
			s.mark = ""
		}
		s.put(x, line, high)
		s.y += high
	}
	if len(runs) > 0 {
		s.y += after
	}
}
