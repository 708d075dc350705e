package table

import (
	"bytes"
	"slices"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"

	"quaestor/reports/safetext"
)

// gutter is the room between columns: a bar would cost one column more and breaks where a terminal and
// Unicode disagree about a width.
const gutter = 2

// cell is the content of one cell: paragraphs below each other.
type cell struct {
	paras []para
}

// para is a paragraph of a cell. A paragraph with a limit is cut to so many columns before it is wrapped.
type para struct {
	text  string
	style style
	limit int
}

func plainCell(text string) cell { return cell{[]para{{text: text}}} }

func styledCell(s style, text string) cell { return cell{[]para{{text: text, style: s}}} }

func (c *cell) add(s style, text string) {
	if text != "" {
		c.paras = append(c.paras, para{text: text, style: s})
	}
}

// grid is a table that fits the page: columns get what they need, and where that is too much the widest ones
// give way and wrap.
type grid struct {
	head  []string
	rows  [][]cell
	right []int // columns of numbers
}

func (g *grid) row(cells ...cell) { g.rows = append(g.rows, cells) }

// table writes a grid below an indent.
func (p *page) table(indent string, g *grid) {
	if len(g.rows) == 0 || p.err != nil {
		return
	}
	for i := range g.rows {
		for j := range g.rows[i] {
			g.rows[i][j] = escaped(g.rows[i][j])
		}
	}
	widths := g.widths(min(p.width, maxGrid) - len(indent))
	var b bytes.Buffer
	if p.err = p.render(&b, g, widths); p.err != nil {
		return
	}
	for line := range strings.Lines(b.String()) {
		p.raw(indent + tidy(strings.TrimRight(line, "\n")))
	}
}

const reset = "\x1b[0m"

// tidy drops the resets that tablewriter adds behind every cell with a colour: where no colour is on they
// would only hide blanks at the end of the line.
func tidy(line string) string {
	if !strings.Contains(line, reset) {
		return line
	}
	var b strings.Builder
	for i, part := range strings.Split(line, reset) {
		b.WriteString(part)
		if strings.Contains(part, "\x1b") && i < strings.Count(line, reset) {
			b.WriteString(reset)
		}
	}
	return b.String()
}

func escaped(c cell) cell {
	out := cell{paras: slices.Clone(c.paras)}
	for i := range out.paras {
		out.paras[i].text = safetext.Escape(out.paras[i].text)
		if limit := out.paras[i].limit; limit > 0 {
			out.paras[i].text = safetext.Cut(out.paras[i].text, limit)
		}
	}
	return out
}

// widths shares out the room: every column starts with what its longest paragraph needs, and the widest gives
// way until the row fits.
func (g *grid) widths(room int) []int {
	widths := make([]int, len(g.head))
	for i, h := range g.head {
		widths[i] = safetext.Width(h)
	}
	floor := slices.Clone(widths)
	for _, row := range g.rows {
		for i, c := range row {
			for _, para := range c.paras {
				widths[i] = max(widths[i], safetext.Width(para.text))
			}
		}
	}
	room -= gutter * (len(widths) - 1)
	for total(widths) > room {
		widest := -1
		for i, w := range widths {
			if w > floor[i] && (widest < 0 || w > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			break // the headings alone need more: they are short enough for the narrowest page
		}
		widths[widest]--
	}
	return widths
}

func total(widths []int) int {
	sum := 0
	for _, w := range widths {
		sum += w
	}
	return sum
}

func (p *page) render(b *bytes.Buffer, g *grid, widths []int) error {
	t := tablewriter.NewTable(b, gridOptions(g, widths)...)
	head := make([]any, len(g.head))
	for i, h := range g.head {
		head[i] = p.paint(heading, h)
	}
	t.Header(head...)
	for _, row := range g.rows {
		cells := make([]string, len(row))
		for i, c := range row {
			cells[i] = p.wrapped(c, widths[i])
		}
		if err := t.Append(cells); err != nil {
			return err
		}
	}
	return t.Render()
}

// wrapped breaks a cell into its lines, each with its own colours, so that no colour runs over the edge.
func (p *page) wrapped(c cell, width int) string {
	var lines []string
	for _, para := range c.paras {
		for _, line := range safetext.Wrap(para.text, width) {
			lines = append(lines, p.paint(para.style, line))
		}
	}
	return strings.Join(lines, "\n")
}

// gridOptions switches off everything that tablewriter would decide: wrapping, trimming, the look of the
// headings and the width of East Asian text, which it else takes from the environment.
func gridOptions(g *grid, widths []int) []tablewriter.Option {
	align := make([]tw.Align, len(widths))
	fixed := tw.NewMapper[int, int]()
	padding := make([]tw.Padding, len(widths))
	for i, w := range widths {
		align[i] = tw.AlignLeft
		if slices.Contains(g.right, i) {
			align[i] = tw.AlignRight
		}
		padding[i] = tw.Padding{Right: strings.Repeat(" ", gutter), Overwrite: true}
		if i == len(widths)-1 {
			padding[i].Right = ""
		}
		fixed.Set(i, w+len(padding[i].Right))
	}
	return []tablewriter.Option{
		tablewriter.WithEastAsian(tw.Off),
		tablewriter.WithRenderer(renderer.NewBlueprint(tw.Rendition{
			Borders: tw.BorderNone,
			Symbols: tw.NewSymbols(tw.StyleLight),
			Settings: tw.Settings{
				Separators: tw.Separators{BetweenColumns: tw.Off, BetweenRows: tw.Off, ShowHeader: tw.On},
				Lines:      tw.Lines{ShowTop: tw.Off, ShowBottom: tw.Off, ShowHeaderLine: tw.On, ShowFooterLine: tw.Off},
			},
		})),
		tablewriter.WithHeaderAutoFormat(tw.Off), tablewriter.WithHeaderAutoWrap(tw.WrapNone),
		tablewriter.WithRowAutoFormat(tw.Off), tablewriter.WithRowAutoWrap(tw.WrapNone),
		tablewriter.WithTrimSpace(tw.Off), tablewriter.WithTrimLine(tw.Off),
		tablewriter.WithHeaderAlignmentConfig(tw.CellAlignment{PerColumn: align}),
		tablewriter.WithRowAlignmentConfig(tw.CellAlignment{PerColumn: align}),
		tablewriter.WithHeaderPaddingPerColumn(padding), tablewriter.WithRowPaddingPerColumn(padding),
		tablewriter.WithColumnWidths(fixed),
	}
}
