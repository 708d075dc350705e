package pdf

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func is(n *html.Node, class string) bool {
	return slices.Contains(strings.Fields(attr(n, "class")), class)
}

func children(n *html.Node) func(func(*html.Node) bool) {
	return func(yield func(*html.Node) bool) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if !yield(c) {
				return
			}
		}
	}
}

// document lays out the whole page.
func (s *sheet) document(root *html.Node) {
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if n.Data == "title" && s.title == "" {
			s.title = shown(textOf(n))
			s.f.SetTitle(s.title, true)
		}
		if id := attr(n, "id"); id != "" {
			s.parts[id] = n
			if n.Namespace == "" {
				s.links[id] = s.f.AddLink()
			}
		}
	}
	s.newPage()
	for _, id := range s.links { // where nothing is found, the first page
		s.f.SetLink(id, 0, 1)
	}
	s.node(root, style{size: body, ink: ink})
	s.flush(0)
}

// textOf is the text of an element.
func textOf(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// leftOut reports what only a screen needs.
func leftOut(n *html.Node) bool {
	switch n.Data {
	case "head", "script", "style", "form", "nav", "output":
		return true
	case "svg":
		return is(n, "meter") || is(n, "defs")
	}
	return is(n, "skip") || is(n, "none-left") || n.Data == "header" && is(n, "top")
}

var blocks = []string{"p", "div", "section", "article", "header", "footer", "details", "summary", "ul", "ol", "li", "dl", "dt", "dd", "pre", "figure", "figcaption", "main", "h1", "h2", "h3", "h4"}

func (s *sheet) node(n *html.Node, st style) {
	switch {
	case n.Type == html.TextNode:
		s.text(n.Data, st)
		return
	case n.Type != html.ElementNode:
		s.inside(n, st)
		return
	case leftOut(n):
		return
	case n.Data == "svg":
		s.flush(1)
		s.picture(n)
		return
	case n.Data == "table":
		s.flush(1)
		s.table(n)
		return
	case n.Data == "br":
		s.runs = append(s.runs, run{style: st, ends: true})
		return
	case slices.Contains(blocks, n.Data):
		s.block(n, st)
		return
	}
	s.inline(n, st)
}

func (s *sheet) inside(n *html.Node, st style) {
	for c := range children(n) {
		s.node(c, st)
	}
}

func (s *sheet) text(t string, st style) {
	var b strings.Builder
	for i, f := range strings.FieldsFunc(t, blank) {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(f)
	}
	t2 := b.String()
	if t != "" && blank(rune(t[0])) {
		t2 = " " + t2
	}
	if len(t) > 1 && blank(rune(t[len(t)-1])) && t2 != " " {
		t2 += " "
	}
	if t2 != "" {
		s.runs = append(s.runs, run{text: t2, style: st})
	}
}

func blank(c rune) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

func (s *sheet) inline(n *html.Node, st style) {
	switch n.Data {
	case "b", "strong":
		st.strong = true
	case "a":
		if st.href = attr(n, "href"); st.href != "" {
			st.ink = blue
		}
	}
	class := attr(n, "class")
	switch {
	case is(n, "badge"), is(n, "tag"), is(n, "level"), is(n, "many"), is(n, "state"), is(n, "grade"), is(n, "path"):
		if len(s.runs) > 0 && !s.runs[len(s.runs)-1].ends {
			s.runs = append(s.runs, run{text: " · ", style: style{size: st.size, ink: quiet}})
		}
		if is(n, "badge") {
			st.strong = true
			if strings.Contains(class, "critical") || strings.Contains(class, "high") {
				st.ink = grave
			}
		}
	case is(n, "from"), is(n, "limit"), is(n, "url"), is(n, "means"):
		s.runs = append(s.runs, run{style: st, ends: true})
	case is(n, "what"):
		st.strong = true
	}
	if is(n, "quiet") || is(n, "grade") || is(n, "path") || is(n, "url") || is(n, "means") {
		st.ink, st.size = quiet, st.size*0.9
	}
	s.inside(n, st)
}

func (s *sheet) block(n *html.Node, st style) {
	s.flush(1)
	after, in := 1.2, 0.0
	switch n.Data {
	case "h1":
		st.size, st.strong = 20, true
		after = 2
	case "h2":
		st.size, st.strong = 14, true
		s.room(30)
		s.y += 4
	case "h3":
		st.size, st.strong = 11.5, true
		s.room(22)
		s.y += 3
	case "h4":
		st.size, st.strong = body, true
		s.room(14)
		s.y += 1
	case "li":
		in, s.mark = 5, "•"
		if n.Parent != nil && n.Parent.Data == "ol" {
			at := 1
			for p := n.PrevSibling; p != nil; p = p.PrevSibling {
				if p.Type == html.ElementNode {
					at++
				}
			}
			in, s.mark = 8, strconv.Itoa(at)
		}
		after = 0.6
	case "dd", "pre":
		in = 5
	case "summary", "dt":
		st.strong, st.ink = true, quiet
	case "article":
		s.y += 2
		s.room(30)
		s.line(s.y)
		s.y += 1
	}
	if is(n, "quiet") || is(n, "intro") || is(n, "caveat") || is(n, "rule") {
		st.ink = quiet
	}
	if is(n, "warn") || is(n, "limit") {
		st.strong = true
	}
	if is(n, "label") {
		st.strong = true
	}
	if id := s.links[attr(n, "id")]; id != 0 && n.Data != "main" {
		s.f.SetLink(id, s.y, -1)
	}
	if level := slices.Index([]string{"h1", "h2", "h3"}, n.Data); level >= 0 && !is(n, "unseen") {
		s.font(regular, body)
		s.f.Bookmark(shown(textOf(n)), max(0, level-1), s.y)
	}
	s.in += in
	s.inside(n, st)
	s.flush(after)
	s.in -= in
	s.mark = ""
}

// table lays out rows, each line of all cells together, so that a row may go over pages.
func (s *sheet) table(n *html.Node) {
	type row struct {
		cells [][]run
		head  bool
	}
	var rows []row
	var need []float64
	keep := s.runs
	for tr := range n.Descendants() {
		if tr.Type != html.ElementNode || tr.Data != "tr" {
			continue
		}
		r := row{head: true}
		for td := range children(tr) {
			if td.Type != html.ElementNode {
				continue
			}
			st := style{size: body - 1, ink: ink, strong: td.Data == "th"}
			r.head = r.head && td.Data == "th"
			s.runs = nil
			s.cell(td, st)
			if len(need) <= len(r.cells) {
				need = append(need, 12)
			}
			w := 2.0
			for _, x := range s.runs {
				w += s.width(shown(x.text[:min(len(x.text), 80)]), x.style)
			}
			need[len(r.cells)] = max(need[len(r.cells)], min(w, 80))
			r.cells = append(r.cells, s.runs)
		}
		rows = append(rows, r)
	}
	s.runs = keep
	total := 0.0
	for _, w := range need {
		total += w
	}
	width := right - left - s.in
	for i := range need {
		need[i] *= width / max(total, 1)
	}
	for _, r := range rows {
		var set [][][]run
		most := 0
		for i, c := range r.cells {
			set = append(set, s.broken(c, need[i]-2))
			most = max(most, len(set[i]))
		}
		s.room(min(12, float64(most)*4.5))
		for k := range most {
			high := (body - 1) * leading
			s.room(high)
			x := left + s.in
			for i := range set {
				if k < len(set[i]) {
					s.put(x, set[i][k], high)
				}
				x += need[i]
			}
			s.y += high
		}
		s.y += 0.6
		s.line(s.y)
		s.y += 0.6
	}
	s.y += 1.5
}

// cell gathers the text of a cell; what stands in blocks is set apart by lines.
func (s *sheet) cell(n *html.Node, st style) {
	for c := range children(n) {
		switch {
		case c.Type == html.ElementNode && leftOut(c):
		case c.Type == html.ElementNode && slices.Contains(blocks, c.Data):
			s.runs = append(s.runs, run{style: st, ends: true})
			s.cell(c, st)
			s.runs = append(s.runs, run{style: st, ends: true})
		case c.Type == html.ElementNode && c.Data != "br" && c.FirstChild != nil && c.FirstChild.Type == html.ElementNode:
			s.cell(c, st)
		default:
			s.node(c, st)
		}
	}
}
