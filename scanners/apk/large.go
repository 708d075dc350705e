package apk

import (
	"errors"
	"fmt"
	"io"

	"quaestor/scanners/internal/apkfile"
	"quaestor/scanners/internal/elffile"
	"quaestor/scanners/internal/endpoints"
	"quaestor/scanners/internal/jsbundle"
	"quaestor/scanners/inventory"
)

// windowBytes is how much of a large entry is in memory at a time.
const windowBytes = 16 << 20

// largeOf notes which entries, of those that are unpacked, are too large to be unpacked whole: they are read window by
// window.
func (p *pass) largeOf(list []*apkfile.Entry) {
	for _, e := range list {
		if p.tooLarge(e) && !p.unread[e] {
			if p.large == nil {
				p.large = make(map[*apkfile.Entry]bool)
			}
			p.large[e] = true
		}
	}
}

func (p *pass) tooLarge(e *apkfile.Entry) bool {
	if p.role(e) == roleText {
		return e.Size > maxText
	}
	return e.Size > maxNative
}

// windows hands over an entry part by part, cut where no string constant is cut; at is where a part begins.
func (p *pass) windows(e *apkfile.Entry, use func(part []byte, at int64) (more bool)) error {
	buf, err := p.env.budget.take(p.ctx, windowBytes)
	if err != nil {
		return err
	}
	defer p.env.budget.give(buf)
	in, err := p.f.Stream(p.ctx, e)
	if err != nil {
		return err
	}
	defer in.Close()
	buf = buf[:windowBytes]
	have, at := 0, int64(0)
	for {
		n, err := io.ReadFull(in, buf[have:])
		have += n
		last := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !last {
			return fmt.Errorf("cannot unpack %q: %w", e.Clean(), err)
		}
		if at+int64(have) > e.Size {
			return fmt.Errorf("%q holds more than the %d bytes that it claims", e.Clean(), e.Size)
		}
		take := have
		if !last {
			take = endpoints.Cut(buf[:have])
		}
		if !use(buf[:take], at) || last {
			return p.ctx.Err()
		}
		have = copy(buf, buf[take:have])
		at += int64(take)
	}
}

// largeText searches a text for addresses that is too large to be unpacked whole.
func (p *pass) largeText(e *apkfile.Entry, out *result) {
	var s spot
	text := jsbundle.Parts{Name: e.Clean(), To: &p.r.code.addresses}
	err := p.windows(e, func(part []byte, at int64) bool {
		if s.kind == kindOther {
			if s = largeSpot(part, at, e.Size); s.kind != kindOther && s.plain() {
				return false
			}
		}
		found, more := text.Read(part)
		p.r.code.components.Add(found...)
		return more
	})
	if s.kind != kindOther {
		if p.found(e, s, out); s.plain() {
			return
		}
	}
	if err != nil && p.ctx.Err() == nil {
		out.gaps = append(out.gaps, entryGap(p.r.inner(e), "so addresses may be missing", err))
	}
	if text.Tables {
		g := gap(p.r.inner(e), inventory.GapLimit, "too large for its tables to be read, so the libraries that it names are not known; it was searched for addresses as it is")
		g.Next = "Unpack the file and look at it with another tool."
		out.gaps = append(out.gaps, g)
	}
}

// largeNative takes from a library that is too large to be unpacked whole what its first bytes say and what its
// constants name.
func (p *pass) largeNative(e *apkfile.Entry, out *result) {
	name := e.Clean()
	k := kindOther
	code := inventory.NativeCode{File: inventory.Text(name), Size: e.Size}
	var regions []elffile.Region
	err := p.windows(e, func(part []byte, at int64) bool {
		if at == 0 {
			if k = sniff(part); k != kindELF {
				return false
			}
			code, regions, _ = elffile.Head(part, e.Size, inventory.Text(name))
		}
		for _, r := range regions {
			from, to := max(r.Offset-at, 0), min(r.Offset+r.Size-at, int64(len(part)))
			if from < to {
				text := part[from:to]
				p.r.code.addresses.AddPart(text, name, true)
				p.r.code.components.Add(elffile.Versions(text, elffile.Place{File: name, Offset: at + from, Needed: code.Needed})...)
			}
		}
		return true
	})
	if k != kindELF && err == nil {
		if k != kindOther {
			p.found(e, spot{kind: k}, out)
		}
		return
	}
	if p.ctx.Err() != nil {
		return
	}
	what := "what it exports, what it asks for and its build id are not known; its constants were searched for addresses and versions"
	if err != nil {
		what = "it was searched for addresses and versions as far as it unpacks: " + err.Error()
	}
	g := gap(p.r.inner(e), inventory.GapLimit, "too large to be read whole (%d MB): %s", e.Size>>20, what)
	g.Next = "Unpack the file and look at it with another tool."
	out.gaps = append(out.gaps, g)
	code.Error = fmt.Sprintf("too large to be read whole, more than %d MB", maxNative>>20)
	out.native = append(out.native, code)
}
