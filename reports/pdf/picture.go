package pdf

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

const unit = 0.26 // millimetres of a unit of a picture

func number(n *html.Node, name string) float64 {
	v, _ := strconv.ParseFloat(attr(n, name), 64)
	return v
}

// picture draws a way to the law as the page has it.
func (s *sheet) picture(n *html.Node) {
	box := strings.Fields(attr(n, "viewbox") + attr(n, "viewBox"))
	if len(box) != 4 {
		return
	}
	high, _ := strconv.ParseFloat(box[3], 64)
	s.room(min(high*unit+2, bottom-top))
	s.shapes(n, left+s.in, s.y)
	s.y += high*unit + 2
}

func (s *sheet) shapes(n *html.Node, x, y float64) {
	for c := range children(n) {
		if c.Type != html.ElementNode {
			continue
		}
		switch c.Data {
		case "use":
			if of := s.parts[strings.TrimPrefix(attr(c, "href"), "#")]; of != nil {
				s.shapes(of, x, y+number(c, "y")*unit)
			}
		case "rect":
			s.f.SetDrawColor(quiet[0], quiet[1], quiet[2])
			s.f.SetLineWidth(0.25)
			s.f.Rect(x+number(c, "x")*unit, y+number(c, "y")*unit, number(c, "width")*unit, number(c, "height")*unit, "D")
		case "path":
			s.arrow(attr(c, "d"), is(c, "weak"), x, y)
		case "text":
			st := style{size: 8, ink: ink}
			switch attr(c, "class") {
			case "t-name":
				st.strong, st.size = true, 8.5
			case "t-kind":
				st.ink, st.size = quiet, 7.5
			}
			s.draw(x+number(c, "x")*unit, y+number(c, "y")*unit, shown(textOf(c)), st)
		case "g":
			s.shapes(c, x, y)
		}
	}
}

// arrow draws the stem of an arrow, "M28 0V38"; of its tip, "M22 36h12l-6 9z", a triangle.
func (s *sheet) arrow(d string, weak bool, x, y float64) {
	from, rest, _ := strings.Cut(strings.TrimPrefix(d, "M"), " ")
	px, _ := strconv.ParseFloat(from, 64)
	s.f.SetDrawColor(quiet[0], quiet[1], quiet[2])
	if a, b, ok := strings.Cut(rest, "V"); ok {
		y1, _ := strconv.ParseFloat(a, 64)
		y2, _ := strconv.ParseFloat(b, 64)
		if weak {
			s.f.SetDashPattern([]float64{1, 1}, 0)
		}
		s.f.SetLineWidth(0.4)
		s.f.Line(x+px*unit, y+y1*unit, x+px*unit, y+y2*unit)
		s.f.SetDashPattern(nil, 0)
		return
	}
	if a, _, ok := strings.Cut(rest, "h"); ok {
		y1, _ := strconv.ParseFloat(a, 64)
		s.f.SetFillColor(quiet[0], quiet[1], quiet[2])
		s.f.SetLineWidth(0.1)
		for i := range 10 { // lines, each shorter than the one above it
			w := 6 * (1 - float64(i)/9)
			s.f.Rect(x+(px+6-w)*unit, y+(y1+float64(i)*0.9)*unit, 2*w*unit, unit, "F")
		}
	}
}
