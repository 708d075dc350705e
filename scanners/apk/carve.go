package apk

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path"

	"quaestor/scanners/internal/apkfile"
	"quaestor/scanners/inventory"
)

const (
	startDex   = "ZGV4CjA" // base64 of "dex\n0", but for its last bits
	startZip   = "UEsDB"   // of "PK\x03\x04"
	headerText = (dexHeader + 32) / 3 * 4
	maxTries   = 200 // places of a text that begin like code and are looked at, of each kind
	maxEncoded = 32  // pieces of code in the constants of one DEX file
)

// encoded finds code that is written in base64.
func encoded(text []byte) (first spot) {
	for _, m := range []struct {
		magic string
		kind  kind
		is    func([]byte, int64) bool
	}{{startZip, kindZip, isLocalHeader}, {startDex, kindDex, isDexHeader}} {
		for at, tries := 0, 0; tries < maxTries; at, tries = at+1, tries+1 {
			i := bytes.Index(text[min(at, len(text)):], []byte(m.magic))
			if i < 0 {
				break
			}
			at += i
			if header := decode(text[at:min(len(text), at+headerText+600)]); m.is(header, 1<<32) {
				if first.kind == kindOther || int64(at) < first.at {
					first = spot{kind: m.kind, at: int64(at), base64: true}
				}
				break
			}
		}
	}
	return first
}

// decode reads base64 as far as it goes, in either alphabet, over line breaks and what stands for one in a string.
func decode(text []byte) []byte {
	clean := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '+', c == '/':
			clean = append(clean, c)
		case c == '-':
			clean = append(clean, '+')
		case c == '_':
			clean = append(clean, '/')
		case c == '\r', c == '\n':
		case c == '\\' && i+1 < len(text) && (text[i+1] == 'n' || text[i+1] == 'r'):
			i++
		case c == '\\' && i+1 < len(text) && text[i+1] == '/': // the slash of a string in JSON comes next
		default:
			text = nil
		}
	}
	if len(clean)%4 == 1 {
		clean = clean[:len(clean)-1]
	}
	n, _ := base64.RawStdEncoding.Decode(clean, clean)
	return clean[:n]
}

// uncover gives access to the code that was found in an entry.
func (r *reading) uncover(ctx context.Context, f *apkfile.File, c candidate) (m *member, held int64, err error) {
	if c.data != nil {
		return inMemory(r.inner(c.entry), path.Base(c.entry.Clean()), c.data), 0, r.charge(int64(len(c.data)))
	}
	m, held, err = r.open(ctx, f, c.entry)
	if err != nil || c.plain() {
		return m, held, err
	}
	r.tree.held += held
	more, err := r.reveal(ctx, m, c.spot)
	r.tree.held -= held
	return m, held + more, err
}

// reveal makes the member what begins at a spot of it. More is what that takes of memory.
func (r *reading) reveal(ctx context.Context, m *member, s spot) (more int64, err error) {
	m.name = inventory.Text(fmt.Sprintf("%s@%d", m.name, s.at))
	rest := io.NewSectionReader(m.r, s.at, m.size-s.at)
	if s.key == 0 && !s.base64 {
		return 0, m.cut(rest, s.kind)
	}
	if more = rest.Size(); r.tree.held+more > maxHeld {
		return 0, &apkfile.LimitError{What: "bytes, written otherwise inside other archives", Limit: maxHeld}
	}
	if err := r.charge(more); err != nil {
		return 0, err
	}
	data, err := io.ReadAll(&canceller{ctx, rest})
	if err != nil {
		return 0, err
	}
	if s.base64 {
		data = decode(data)
	} else {
		unmask(data, s.key)
	}
	m.data = data
	return more, m.cut(io.NewSectionReader(bytes.NewReader(data), 0, int64(len(data))), s.kind)
}

// cut makes the member what begins a section, as long as it is: a DEX file says it, an archive goes on to the end.
func (m *member) cut(section *io.SectionReader, k kind) error {
	size := section.Size()
	if k == kindDex {
		var h [dexHeader]byte
		if _, err := section.ReadAt(h[:], 0); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		size = min(size, int64(binary.LittleEndian.Uint32(h[32:])))
	}
	if m.data != nil {
		from := int64(len(m.data)) - section.Size()
		m.data = m.data[from : from+size]
	}
	m.r, m.size = io.NewSectionReader(section, 0, size), size
	return nil
}

// item says for readers what was found and how it is written.
func (c candidate) item() string {
	s := c.kind.String()
	if c.at > 0 {
		s += fmt.Sprintf(", from byte %d on", c.at)
	}
	if c.base64 {
		s += ", in base64"
	}
	if c.key != 0 {
		s += fmt.Sprintf(", each byte XOR 0x%02x", c.key)
	}
	return s
}

// keepEncoded keeps code that a constant of a DEX file holds in base64. Constants are at most 64 kB long.
func (out *result) keepEncoded(constant []byte) {
	if len(constant) < leastHidden || len(out.encoded) >= maxEncoded {
		return
	}
	if s := encoded(constant); s.kind != kindOther {
		out.encoded = append(out.encoded, candidate{spot: spot{kind: s.kind, base64: true}, data: decode(constant[s.at:])})
	}
}

// largeSpot finds code in a part of a text that begins at an offset.
func largeSpot(part []byte, at, size int64) spot {
	if at == 0 {
		if s := spotIn(part, size); s.kind != kindOther {
			return s
		}
	}
	s := encoded(part)
	s.at += at
	return s
}

// textSpot finds code in a text, wherever in it.
func textSpot(text []byte) spot {
	if s := spotIn(text, int64(len(text))); s.kind != kindOther {
		return s
	}
	return encoded(text)
}

// encoded reads what the constants of a DEX file that lies alone hold.
func (r *reading) encoded(ctx context.Context, env *environment, list []candidate) error {
	var mark places
	for _, c := range list {
		if err := r.charge(int64(len(c.data))); err != nil {
			r.gaps = append(r.gaps, memberGap(r.m.name, err))
			continue
		}
		code, err := r.content(ctx, env, inMemory(r.m.name, r.m.base, c.data), c.kind, inventory.Place{Binary: r.bin.SHA256, File: inventory.Text(r.m.base)})
		if err != nil {
			return err
		}
		if code {
			mark.add(inventory.Place{File: inventory.Text(r.m.base), Item: c.item()})
		}
	}
	mark.mark(&r.bin, inventory.MarkHiddenCode, "code where Android does not load it from")
	return nil
}
