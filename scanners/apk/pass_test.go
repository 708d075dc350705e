package apk

import (
	"bytes"
	"context"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"quaestor/scanners/inventory"
)

// manyEntriesAPK is an APK in which there is work for several goroutines: code, native code, texts, and files in files.
func manyEntriesAPK(t *testing.T) []byte {
	t.Helper()
	random := rand.New(rand.NewPCG(3, 4))
	entries := []entry{{"classes.dex", emptyDex(t)}, {"classes2.dex", emptyDex(t)}}
	for i := range 600 {
		name := "assets/" + string(rune('a'+i%26)) + strings.Repeat("x", i/26)
		text := "see https://host" + string(rune('a'+random.IntN(26))) + ".example.org/" + strings.Repeat("y", random.IntN(3000))
		switch i % 10 {
		case 0:
			entries = append(entries, entry{name + ".json", text})
		case 1:
			entries = append(entries, entry{"lib/x86/" + filepath.Base(name) + ".so", "\x7fELF" + text})
		case 2:
			entries = append(entries, entry{name, string(zipOf(t, entry{"d", emptyDex(t)}, entry{"t.txt", text}))})
		default:
			entries = append(entries, entry{name + ".bin", text})
		}
	}
	return apkOf(t, entries...)
}

func asJSON(t *testing.T, inv *inventory.Inventory) string {
	t.Helper()
	inv.Sort()
	b, err := json.MarshalIndent(inv, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestDeterministic checks that it does not show how many processors did the work.
func TestDeterministic(t *testing.T) {
	data := manyEntriesAPK(t)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	want := ""
	for _, n := range []int{1, 2, 8, 8, 8} {
		runtime.GOMAXPROCS(n)
		inv, err := scanBytes(context.Background(), data)
		if err != nil {
			t.Fatal(err)
		}
		got := asJSON(t, inv)
		if want == "" {
			want = got
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%d processors: %s", n, d)
		}
	}
	if strings.Count(want, `"inside"`) != 61 || strings.Count(want, `"value"`) < 20 { // 60 archives and the one file in all of them
		t.Error("the file did not make work")
	}
}

// TestWithinBudget scans with little memory, and measures that no more is used.
func TestWithinBudget(t *testing.T) {
	env := newEnvironment()
	env.budget, env.files = newBudget(8*bufferStep), newBudget(0)
	data := apkOf(t, entry{"classes.dex", emptyDex(t)}, entry{"assets/a.txt", strings.Repeat("a", 300<<10)}, entry{"assets/b.txt", strings.Repeat("b", 400<<10)},
		entry{"assets/c.txt", strings.Repeat("c", 700<<10)}, entry{"lib/x86/liba.so", "\x7fELF" + strings.Repeat("b", 440<<10)})
	r, err := read(context.Background(), &member{name: "x", base: "x", r: bytes.NewReader(data), size: int64(len(data))}, env)
	if err != nil {
		t.Fatal(err)
	}
	if env.budget.peak() > env.budget.size || env.budget.peak() < 400<<10 || env.budget.left != env.budget.size {
		t.Errorf("at most %d of %d in use, %d left", env.budget.peak(), env.budget.size, env.budget.left)
	}
	limits := 0
	for _, g := range r.gaps {
		if g.Kind == inventory.GapLimit && strings.HasSuffix(g.Subject, "c.txt") {
			limits++
		}
	}
	if limits != 1 {
		t.Errorf("gaps %+v, want one of the text that is larger than the budget", r.gaps)
	}
}

// TestNothingLeftBehind cancels a scan at different moments: no goroutine stays, and all memory is given back.
func TestNothingLeftBehind(t *testing.T) {
	data := manyEntriesAPK(t)
	env := newEnvironment()
	env.files = newBudget(0)
	before := runtime.NumGoroutine()
	for n := 1; n < 3000; n += 150 {
		ctx, cancel := context.WithCancel(context.Background())
		r := &cancelReader{Reader: bytes.NewReader(data), cancel: cancel}
		r.left.Store(int64(n))
		_, err := read(ctx, &member{name: "x", base: "x", r: r, size: int64(len(data))}, env)
		if r.left.Load() <= 0 && err == nil && ctx.Err() != nil && n < 1500 {
			t.Errorf("cancelled at read %d: no error", n)
		}
		cancel()
	}
	for range 100 {
		if runtime.NumGoroutine() <= before {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if n := runtime.NumGoroutine(); n > before {
		t.Errorf("%d goroutines, %d before", n, before)
	}
	if env.budget.left != env.budget.size || env.files.left != env.files.size {
		t.Errorf("%d and %d bytes are still taken", env.budget.size-env.budget.left, env.files.size-env.files.left)
	}
}

// TestPanicStaysInItsEntry checks that what goes wrong in one entry is a gap, and the rest is read.
func TestPanicStaysInItsEntry(t *testing.T) {
	p := &pass{ctx: context.Background(), r: newReading(&member{name: "x.apk"}, newTree(1))}
	done := false
	p.queue.add(&job{name: "bad", do: func(*result) { panic("oh") }})
	p.queue.add(&job{name: "good", do: func(*result) { done = true }})
	p.run()
	p.collect()
	gaps := p.r.gaps
	if !done || len(gaps) != 1 || gaps[0].Kind != inventory.GapFailed || gaps[0].Subject != "x.apk!bad" {
		t.Errorf("%v, %+v", done, gaps)
	}
}

// TestAwkward scans the awkward files of the corpus: none takes long, and nothing is written beside them.
func TestAwkward(t *testing.T) {
	dir := filepath.Join(corpusDir(t), "apks")
	work := t.TempDir()
	t.Chdir(work)
	n := 0
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		n++
		start := time.Now()
		inv, _ := scanPath(t, path)
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%s took %v", path, took)
		}
		for _, g := range inv.Gaps {
			if strings.Contains(g.Detail, "unexpectedly") {
				t.Errorf("%s: %s", path, g.Detail)
			}
		}
		return nil
	})
	if err != nil || n < 150 {
		t.Fatalf("%d files, %v", n, err)
	}
	if left, err := os.ReadDir(work); err != nil || len(left) != 0 {
		t.Errorf("files were written: %v, %v", left, err)
	}
}
