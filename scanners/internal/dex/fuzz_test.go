package dex

import (
	"os"
	"quaestor/scanners/internal/corpustest"
	"strings"
	"testing"

	"quaestor/scanners/internal/dextest"
)

func FuzzRead(f *testing.F) {
	f.Add(sample().Bytes())
	f.Add(dextest.Container(sample(), sample()))
	f.Add(method(dextest.Load("su"), dextest.Call("java.lang.Runtime.exec(Ljava/lang/String;)V"), dextest.Read("android.os.Build.SERIAL:Ljava/lang/String;")))
	f.Add(compact(sample().Bytes()))
	if data, err := os.ReadFile("testdata/sample.dex"); err == nil {
		f.Add(data)
	} else {
		f.Fatal(err)
	}
	for _, data := range corpustest.Entries(40_000, func(name string) bool { return strings.HasSuffix(name, ".dex") }) {
		f.Add(data)
	}
	for _, data := range dextest.Many(2, 6) {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		facts, n := walk(t, data)
		again, m := walk(t, data)
		if n != m || !equalFacts(facts, again) {
			t.Error("the same bytes gave other facts")
		}
	})
}

// FuzzInstructions runs over code that is no code.
func FuzzInstructions(f *testing.F) {
	f.Add([]byte{0x1a, 0, 0, 0, 0x71, 0x10, 0, 0, 0, 0, 0x0e, 0})
	f.Add([]byte{0, 1, 0xff, 0xff, 0, 0, 0, 0, 0, 3, 1, 0, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, code []byte) {
		for p, steps := 0, 0; p+1 < len(code); steps++ {
			reference(code, p)
			handed(code[:len(code):len(code)], p, steps%6)
			w := width(code, p)
			if w < 2 || w%2 != 0 || steps > len(code) {
				t.Fatalf("an instruction of %d bytes", w)
			}
			p += w
		}
		half := len(code) / 4 * 2
		fl, cost := follow(body{code: code[:half:half], registers: 4, ins: 1, tries: len(code) % 3, behind: code[half:]})
		if cost < 0 || cost > len(code) {
			t.Errorf("%d bytes of handlers in %d", cost, len(code))
		}
		for p := 0; fl != nil && p+1 < half; p += width(code[:half], p) {
			fl.step(p)
		}
	})
}

// FuzzClassify asks for every name, and wants an answer.
func FuzzClassify(f *testing.F) {
	for _, s := range []string{"", "$", "a$", "a", "IlIl", "p6a0c1f3b", "\xc0\x80", "Foo$a", "ⅰⅱ"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, name []byte) {
		if n := classify(name); n > capital {
			t.Errorf("%q is %d", name, n)
		}
	})
}
