package main

import (
	"fmt"
	"strings"
)

// line is one line of a chart.
type line struct {
	name, colour string
	at           [][2]float64 // across and up
}

// The measures of a chart.
const width, height, left, bottom = 640.0, 400.0, 70.0, 50.0

// chart draws lines from the origin of two linear axes, as SVG: what is proportional is straight. The last line has its values beside
// it. Below says what the axes are, and format how the values across are written.
func chart(below, format string, lines []line) string {
	var across, up float64
	for _, l := range lines {
		for _, p := range l.at {
			across, up = max(across, p[0]*1.05), max(up, p[1]*1.1)
		}
	}
	at := func(p [2]float64) (float64, float64) {
		return left + p[0]/across*(width-20-left), height - bottom - p[1]/up*(height-bottom-20)
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%g" height="%g" font-family="sans-serif" font-size="12">`+"\n", width, height)
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" fill="white"/>`+"\n")
	fmt.Fprintf(&b, `<path d="M%g 20V%gH%g" fill="none" stroke="black"/>`+"\n", left, height-bottom, width-20)
	for _, l := range lines {
		x, y := at([2]float64{})
		fmt.Fprintf(&b, `<polyline fill="none" stroke="%s" stroke-width="2" points="`, l.colour)
		for _, p := range l.at {
			x, y = at(p)
			fmt.Fprintf(&b, "%.1f,%.1f ", x, y)
		}
		fmt.Fprintf(&b, `"/>`+"\n"+`<text x="%.1f" y="%.1f" fill="%s" text-anchor="end">%s</text>`+"\n", x, y-6, l.colour, l.name)
	}
	for _, p := range lines[len(lines)-1].at {
		x, y := at([2]float64{p[0], 0})
		fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" text-anchor="middle">`+format+"</text>\n", x, y+16, p[0])
		x, y = at([2]float64{0, p[1]})
		fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" text-anchor="end">%.0f</text>`+"\n", x-6, y+4, p[1])
	}
	fmt.Fprintf(&b, `<text x="%g" y="%g" text-anchor="middle">%s</text>`+"\n</svg>\n", width/2, height-12, below)
	return b.String()
}
