package scanners

import (
	"errors"
	"fmt"
	"slices"

	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// attached plans a phone that is plugged in, or every one of its kind that is there.
func (p *plan) attached(src *source.Source) {
	for _, s := range p.forKind(src.Kind()) {
		if src.Target().Path != "" {
			p.units = append(p.units, unit{parent: src, scanner: s})
			return
		}
		if l, ok := s.(Lister); ok {
			p.each(s, l, src.Kind())
			return
		}
	}
	p.gap(inventory.GapUnsupported, src.Name(), "No scanner here reads phones of this kind.", "See `quaestor scanners` for what is read.")
}

// each plans every phone that is there.
func (p *plan) each(s Scanner, l Lister, kind string) {
	names, gaps, err := l.Attached(p.ctx)
	for _, g := range gaps {
		g.Scanner = s.Info().ID
		p.gaps = append(p.gaps, g)
		if g.Kind.Incomplete() { // a target that was to be scanned, and was not opened
			p.runs = append(p.runs, inventory.Run{Scanner: g.Scanner, Target: g.Subject, Status: inventory.RunFailed, Detail: g.Detail})
		}
	}
	if err != nil {
		next := "See `quaestor devices` for what is plugged in."
		if own, ok := errors.AsType[interface {
			error
			Next() string
		}](err); ok {
			next = own.Next()
		}
		p.gap(inventory.GapFailed, kind+":", sentence(err.Error()), next)
		return
	}
	for _, name := range names {
		src, err := source.OpenContext(p.ctx, source.Target{Kind: kind, Path: name}, p.limits)
		if err != nil {
			p.gap(inventory.GapUnreadable, kind+":"+name, sentence(err.Error()), "")
			continue
		}
		p.open = append(p.open, src)
		p.units = append(p.units, unit{parent: src, scanner: s})
	}
	if len(names) == 0 && len(gaps) == 0 {
		p.gap(inventory.GapEmpty, kind+":", "No such phone is plugged in.", "Plug one in, unlock it, and see `quaestor devices`.")
	}
}

// follow lets a scanner fetch what others scan next.
func (r *run) follow(u unit, inv *inventory.Inventory) {
	f, ok := u.scanner.(Follower)
	if !ok || inv == nil || r.ctx.Err() != nil {
		return
	}
	next, done, err := r.fetch(f, u, inv)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.next = append(r.next, next...)
	if done != nil {
		r.fetched = append(r.fetched, done)
	}
	if err != nil {
		inv.Gaps = append(inv.Gaps, inventory.Gap{Scanner: u.scanner.Info().ID, Subject: inventory.Text(u.name()), Kind: gapKind(err),
			Detail: sentence(inventory.Text(err.Error())), Next: nextStep(err, u.parent)})
	}
	for i := range inv.Runs { // what was fetched belongs to the scan
		if inv.Runs[i].Status == inventory.RunSucceeded && slices.ContainsFunc(inv.Gaps, func(g inventory.Gap) bool { return g.Kind.Incomplete() }) {
			inv.Runs[i].Status = inventory.RunPartial
		}
	}
}

// fetch calls the follower so that no panic gets out.
func (r *run) fetch(f Follower, u unit, inv *inventory.Inventory) (next []source.Target, done func(), err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the scanner panicked while it fetched files: %v", p)
		}
	}()
	src, err := u.open()
	if err != nil {
		return nil, nil, err
	}
	return f.Follow(r.ctx, src, inv)
}
