package apk

import (
	"context"
	"fmt"
	"runtime"
	"sync"

	"quaestor/scanners/internal/apkfile"
	"quaestor/scanners/internal/apksign"
	"quaestor/scanners/inventory"
)

// pass reads the entries of one container, each at most once, on as many goroutines as there are processors.
type pass struct {
	ctx    context.Context
	env    *environment
	r      *reading
	f      *apkfile.File
	layout layout
	queue  queue
	large  map[*apkfile.Entry]bool // that are read window by window

	unread map[*apkfile.Entry]bool // entries that are not unpacked
	loose  []*apkfile.Entry        // native code that was found in odd places

	ready    chan struct{} // closed when check is set, or never will be
	check    *apksign.Check
	checkErr error
}

// result is what one job found. Jobs share nothing else, so that their order does not show.
type result struct {
	gaps   []inventory.Gap
	native []inventory.NativeCode
	hidden []candidate
	loose  []*apkfile.Entry // native code in odd places

	encoded []candidate // in constants of the file that is read

	partly bool // code was not read, or in part

	refused []string // files that should state the version of a library and do not
	damaged []string // native code that is not whole
}

const (
	batchEntries = 256     // small entries that one job reads
	batchBytes   = 1 << 20 // of them, unpacked
)

// plan makes the jobs for the entries of the container.
func (p *pass) plan() {
	p.allot()
	var batch []int
	size := int64(0)
	flush := func() {
		if len(batch) > 0 {
			p.entries(batch)
		}
		batch, size = nil, 0
	}
	for i := range p.f.Entries {
		e := &p.f.Entries[i]
		if p.unread[e] {
			continue
		}
		switch p.role(e) {
		case roleKnown:
		case roleDex, roleNative:
			p.single(e)
		case roleText:
			if e.Size >= batchBytes {
				p.single(e)
				continue
			}
			fallthrough
		default:
			if batch = append(batch, i); len(batch) >= batchEntries {
				flush()
			} else if size += e.Size; size >= batchBytes {
				flush()
			}
		}
	}
	flush()
	p.queue.add(&job{name: "data of no entry", do: p.unlisted})
}

// unlisted looks at what lies in the file and is no entry to Android.
func (p *pass) unlisted(out *result) {
	for _, list := range [][]apkfile.Entry{p.f.Hidden, p.f.Unlisted()} {
		for i := range list {
			if s := p.sniff(&list[i]); s.kind != kindOther {
				p.found(&list[i], s, out)
			}
		}
	}
}

// role is the role of an entry in its container.
func (p *pass) role(e *apkfile.Entry) role {
	if len(e.Name) > 0 && e.Name[len(e.Name)-1] == '/' && e.Size == 0 {
		return roleKnown // a folder
	}
	r := roleOf(p.layout.inside(e.Clean()))
	if r != roleOther && shadowed(p.f, e) {
		return roleOther
	}
	return r
}

func (p *pass) single(e *apkfile.Entry) {
	p.queue.add(&job{cost: max(1, e.Size), name: e.Name, do: func(out *result) { p.entry(e, out) }})
}

func (p *pass) entries(batch []int) {
	p.queue.add(&job{name: p.f.Entries[batch[0]].Name, do: func(out *result) {
		for _, i := range batch {
			if p.ctx.Err() != nil {
				return
			}
			p.entry(&p.f.Entries[i], out)
		}
	}})
}

// run does all jobs and returns when none is left, or soon after ctx is done.
func (p *pass) run() {
	p.queue.sort()
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(p.queue.all)) - 1 {
		wg.Go(p.work)
	}
	p.work()
	wg.Wait()
}

func (p *pass) work() {
	for p.ctx.Err() == nil {
		j := p.queue.next()
		if j == nil {
			return
		}
		p.guarded(j)
	}
}

// guarded does a job. A panic ends the job and is a gap.
func (p *pass) guarded(j *job) {
	defer func() {
		if v := recover(); v != nil {
			j.out.gaps = append(j.out.gaps, p.gap(j.name, inventory.GapFailed, "reading it failed unexpectedly: %v", v))
		}
	}()
	j.do(&j.out)
}

// gap is a gap about an entry.
func (p *pass) gap(entry string, kind inventory.GapKind, format string, args ...any) inventory.Gap {
	subject := p.r.m.name
	if entry != "" {
		subject += "!" + entry
	}
	return gap(subject, kind, format, args...)
}

// entry reads one entry.
func (p *pass) entry(e *apkfile.Entry, out *result) {
	switch p.role(e) {
	case roleDex:
		p.dex(e, out)
		return
	case roleNative:
		p.native(e, out)
		return
	case roleText:
		p.text(e, out)
		return
	case roleVersion:
		p.version(e, out)
		return
	}
	p.other(e, out)
}

// other looks at an entry that nobody wants but perhaps the signature.
func (p *pass) other(e *apkfile.Entry, out *result) {
	s, known := spot{}, false
	if p.covered(e) && p.env.budget.fits(e.Size) {
		known = p.whole(e, e.Size, func(content []byte) {
			p.digest(e, content)
			if s = spotIn(content, int64(len(content))); s.kind == kindOther && endsLikeZip(content) {
				s.kind = kindZip
			}
		}) == nil
	}
	if !known {
		s = p.sniff(e)
	}
	if s.kind != kindOther {
		p.found(e, s, out)
	}
}

// found notes an entry that holds code, or may, by what it is.
func (p *pass) found(e *apkfile.Entry, s spot, out *result) {
	if s.kind == kindELF && p.role(e) != roleNative {
		out.loose = append(out.loose, e)
		if _, in := abiOf(p.layout.inside(e.Clean())); in {
			return // a program in the place of native libraries
		}
	}
	out.hidden = append(out.hidden, candidate{entry: e, spot: s})
}

// whole unpacks an entry and hands over its content, which is valid during the call.
func (p *pass) whole(e *apkfile.Entry, limit int64, use func(content []byte)) error {
	if e.Size > limit || !p.env.budget.fits(e.Size) {
		return &apkfile.LimitError{What: fmt.Sprintf("bytes in %q", e.Name), Limit: min(limit, p.env.budget.size)}
	}
	if content := p.f.View(e); content != nil {
		use(content)
		return nil
	}
	buf, err := p.env.budget.take(p.ctx, e.Size)
	if err != nil {
		return err
	}
	defer p.env.budget.give(buf)
	content, err := p.f.ReadInto(p.ctx, e, buf, e.Size)
	if err != nil {
		return err
	}
	use(content)
	return nil
}

// collect takes what the jobs found into the reading.
func (p *pass) collect() (hidden []candidate) {
	var refused, damaged []string
	for _, j := range p.queue.all {
		p.r.gaps = append(p.r.gaps, j.out.gaps...)
		p.r.partly = p.r.partly || j.out.partly
		p.r.bin.Native = append(p.r.bin.Native, j.out.native...)
		hidden = append(hidden, j.out.hidden...)
		refused = append(refused, j.out.refused...)
		p.loose = append(p.loose, j.out.loose...)
		damaged = append(damaged, j.out.damaged...)
	}
	p.refused(refused)
	p.r.damagedNative(damaged)
	p.queue.all = nil
	return hidden
}

// programs reads native code that lies in odd places. How much there is of it is known only now.
func (p *pass) programs() {
	if len(p.loose) == 0 {
		return
	}
	p.grant(p.loose)
	p.largeOf(p.loose)
	for _, e := range p.loose {
		if !p.unread[e] {
			p.queue.add(&job{cost: max(1, e.Size), name: e.Name, do: func(out *result) { p.native(e, out) }})
		}
	}
	p.run()
	p.collect()
}
