package main

import (
	"cmp"
	"io"
	"slices"

	"quaestor/reports"
)

// inParts is the writer in its form for many devices. One that has none gets everything at the end.
func inParts(w reports.Writer) reports.PartWriter {
	if p, ok := w.(reports.PartWriter); ok {
		return p
	}
	return atOnce{w}
}

// atOnce gathers the parts of a report for a writer that wants them together.
type atOnce struct{ reports.Writer }

// Begin implements reports.PartWriter.
func (a atOnce) Begin(w io.Writer, o reports.Options) reports.Parts {
	return &gathering{writer: a.Writer, to: w, options: o}
}

type gathering struct {
	writer  reports.Writer
	to      io.Writer
	options reports.Options
	all     reports.Report
}

// Part implements reports.Parts.
func (g *gathering) Part(r *reports.Report) error {
	all := &g.all
	all.Devices, all.Apps, all.Files = append(all.Devices, r.Devices...), append(all.Apps, r.Apps...), append(all.Files, r.Files...)
	all.Findings, all.Gaps, all.Runs = append(all.Findings, r.Findings...), append(all.Gaps, r.Gaps...), append(all.Runs, r.Runs...)
	all.CodeReach = append(all.CodeReach, r.CodeReach...)
	all.SecuritySoftware = append(all.SecuritySoftware, r.SecuritySoftware...)
	all.UnknownPrivileged = append(all.UnknownPrivileged, r.UnknownPrivileged...)
	if r.WhatIf != nil && all.WhatIf == nil {
		all.WhatIf = &reports.WhatIf{Against: r.WhatIf.Against, Changes: []reports.Change{}}
	}
	if r.WhatIf != nil {
		all.WhatIf.Changes = append(all.WhatIf.Changes, r.WhatIf.Changes...)
	}
	return nil
}

// Close implements reports.Parts.
func (g *gathering) Close(rest *reports.Report) error {
	g.Part(rest)
	g.all.Schema, g.all.Tool, g.all.AsOf, g.all.Database, g.all.Policies = rest.Schema, rest.Tool, rest.AsOf, rest.Database, rest.Policies
	g.all.Verdict, g.all.Disclaimer = rest.Verdict, rest.Disclaimer
	rank := func(f *reports.Finding) int { return slices.Index(reports.Severities(), f.Severity) }
	slices.SortStableFunc(g.all.Findings, func(x, y reports.Finding) int { return cmp.Compare(rank(&x), rank(&y)) })
	return g.writer.Write(g.to, &g.all, g.options)
}
