package reports

import "io"

// Parts writes a report that is handed over device by device, so that nobody has to hold those of all.
type Parts interface {
	// Part takes the report of one device: its findings, gaps, apps and whatever else is about it. The report is read only, and
	// the caller may forget it afterwards. What says what the judgement rests on (Tool, AsOf, Database, Policies, StaleAfter, Disclaimer,
	// Against of WhatIf) is the same in every part.
	Part(r *Report) error
	// Close takes what belongs to no device, and with it the Verdict on everything (see [Totals]); it says what the judgement
	// rests on once more. Everything is written when it returns. It is called once, also after an interrupt, and even without a
	// part before; after an error of Part it need not be called.
	Close(rest *Report) error
}

// PartWriter is a [Writer] that needs no more memory for twenty thousand devices than for one: what it keeps of a device
// is a few bytes.
type PartWriter interface {
	Writer
	// Begin begins a report that is written to w.
	Begin(w io.Writer, o Options) Parts
}

// Preparer is a [PartWriter] that can do most of its work on a device before it is that device's turn to be written.
type Preparer interface {
	PartWriter
	// Prepare does that for the report of one device, and may do it for several at the same time. What it returns is for
	// [PreparedParts] of the same writer; it may be nil.
	Prepare(r *Report) any
}

// PreparedParts are the [Parts] of a [Preparer].
type PreparedParts interface {
	Parts
	// Prepared is Part of a report for which Prepare was called. The same is written.
	Prepared(r *Report, ready any) error
}

// Split cuts a report into those of its devices, in their order, and what belongs to none. Runs belong to none: a scanner may
// look at many devices in one. The rest has the Verdict, the parts have none.
func Split(r *Report) (parts []*Report, rest *Report) {
	rest = part(r)
	rest.Verdict = r.Verdict
	parts = make([]*Report, len(r.Devices))
	byID := make(map[string]*Report, len(r.Devices))
	for i := range r.Devices {
		parts[i] = part(r)
		parts[i].Devices = r.Devices[i : i+1 : i+1]
		byID[r.Devices[i].ID] = parts[i]
	}
	of := func(device string) *Report {
		if p := byID[device]; p != nil {
			return p
		}
		return rest
	}
	for i := range r.Apps {
		p := of(r.Apps[i].Device)
		p.Apps = append(p.Apps, r.Apps[i])
	}
	for i := range r.Findings {
		p := of(r.Findings[i].Subject.Device)
		p.Findings = append(p.Findings, r.Findings[i])
	}
	for _, x := range r.Gaps {
		p := of(x.Device)
		p.Gaps = append(p.Gaps, x)
	}
	for _, x := range r.CodeReach {
		p := of(x.Device)
		p.CodeReach = append(p.CodeReach, x)
	}
	for _, x := range r.SecuritySoftware {
		p := of(x.Device)
		p.SecuritySoftware = append(p.SecuritySoftware, x)
	}
	for _, x := range r.UnknownPrivileged {
		p := of(x.Device)
		p.UnknownPrivileged = append(p.UnknownPrivileged, x)
	}
	if r.WhatIf != nil {
		for _, c := range r.WhatIf.Changes {
			p := of(c.Subject.Device)
			p.WhatIf.Changes = append(p.WhatIf.Changes, c)
		}
	}
	splitComponents(r, of)
	rest.Files, rest.Runs = r.Files, r.Runs
	return parts, rest
}

// part is a report with the head of another one, and nothing else.
func part(r *Report) *Report {
	p := &Report{Schema: r.Schema, Tool: r.Tool, AsOf: r.AsOf, Database: r.Database, Policies: r.Policies, StaleAfter: r.StaleAfter, Disclaimer: r.Disclaimer}
	if r.WhatIf != nil {
		p.WhatIf = &WhatIf{Against: r.WhatIf.Against}
	}
	return p
}

// WriteParts writes a whole report through the form for parts.
func WriteParts(to Parts, r *Report) error {
	parts, rest := Split(r)
	for _, p := range parts {
		if err := to.Part(p); err != nil {
			return err
		}
	}
	return to.Close(rest)
}
