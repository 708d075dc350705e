package dextest

import (
	"cmp"
	"slices"
)

const (
	public       = 1
	publicStatic = 9
	noIndex      = -1
)

// classes writes the definitions with their code.
func (w *writer) classes(f File) {
	bodies := make([][]body, len(f.Classes))
	n, at := 0, 0
	for i, c := range f.Classes {
		for _, m := range c.Methods {
			w.align(4)
			if n == 0 {
				at = len(w.out)
			}
			n++
			bodies[i] = append(bodies[i], body{w.t.methods[method{descriptor(c.Name), m.Name, "()V"}], len(w.out)})
			w.code(m.Does)
		}
		slices.SortFunc(bodies[i], func(a, b body) int { return cmp.Compare(a.method, b.method) })
	}
	if n > 0 {
		w.items = append(w.items, item{0x2001, n, at})
	}
	w.definitions(f, bodies)
}

// body is the code of a method.
type body struct{ method, off int }

func (w *writer) definitions(f File, bodies [][]body) {
	n, at := 0, len(w.out)
	for i, c := range f.Classes {
		entry := w.table(0x64) + 32*i
		source := noIndex
		if c.Source != "" {
			source = w.t.strings[c.Source]
		}
		for k, v := range []int{w.t.types[descriptor(c.Name)], public, w.t.types[object], 0, source} {
			w.put32(entry+4*k, v)
		}
		if len(bodies[i]) == 0 {
			continue
		}
		n++
		w.put32(entry+24, len(w.out))
		w.classData(bodies[i])
	}
	if n > 0 {
		w.items = append(w.items, item{0x2000, n, at})
	}
}

func (w *writer) classData(bodies []body) {
	w.uleb(0)
	w.uleb(0)
	w.uleb(len(bodies))
	w.uleb(0)
	last := 0
	for _, b := range bodies {
		w.uleb(b.method - last)
		w.uleb(publicStatic)
		w.uleb(b.off)
		last = b.method
	}
}

// code writes the instructions of one method, with two registers.
func (w *writer) code(steps []Step) {
	var ins []int
	outs := 0
	for _, s := range steps {
		switch {
		case s.Call != "":
			m := parseMethod(s.Call)
			_, parameters := prototype(m.proto)
			n := min(len(parameters), 1)
			outs = max(outs, n)
			ins = append(ins, 0x71|n<<12, w.t.methods[m], 0)
		case s.Read != "":
			ins = append(ins, 0x62|1<<8, w.t.fields[parseField(s.Read)])
		case w.t.strings[s.Load] > 0xffff:
			ins = append(ins, 0x1b, w.t.strings[s.Load]&0xffff, w.t.strings[s.Load]>>16)
		default:
			ins = append(ins, 0x1a, w.t.strings[s.Load])
		}
	}
	ins = append(ins, 0x0e)
	for _, v := range []int{2, 0, outs, 0} { // registers, of them parameters, those of calls, tries
		w.u16(v)
	}
	w.u32(0)
	w.u32(len(ins))
	for _, v := range ins {
		w.u16(v)
	}
}
