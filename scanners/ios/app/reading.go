package app

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"quaestor/scanners/internal/components"
	"quaestor/scanners/internal/endpoints"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// reading is one app while it is read.
type reading struct {
	scanner
	ctx context.Context
	src *source.Source
	c   *container
	inv *inventory.Inventory

	at      layout
	bin     inventory.Binary
	app     inventory.App
	info    map[string]any // of Info.plist
	main    string         // the path of the main program in the app
	seal    *seal          // nil where nothing is sealed
	rawInfo []byte         // Info.plist as it lies there

	addresses  endpoints.Collector
	components components.Set
	names      names
	found      []result // of each entry, in the order of the container
	sum        string
}

// result is what one entry gave.
type result struct {
	gap        *inventory.Gap
	native     *native
	bundle     *bundle
	privacy    *inventory.PrivacyManifest
	labels     map[string]string // by locale
	profile    *inventory.Provisioning
	problem    error  // why the profile is not verified
	refused    string // what a property list did not parse as
	archive    bool
	sums       sums
	store      map[string]any
	unreadable bool
}

const (
	maxListed  = 50_000    // entries whose content is read
	slackBytes = 128 << 20 // that any app may unpack to
	ratioMany  = 64        // times its size, up to ratioBytes
	ratioBytes = 512 << 20 //
	ratioFew   = 4         // times its size, whatever that is
	maxFolder  = int64(8) << 30
)

// allowance is what an app of a size may unpack to.
func allowance(size int64) int64 {
	size = min(max(size, 0), 1<<40)
	return slackBytes + max(min(ratioMany*size, ratioBytes), ratioFew*size)
}

// read reads the app.
func (r *reading) read() error {
	r.at = r.c.locate()
	r.addresses.StopAt(r.ctx.Done())
	r.about()
	entries := r.inside()
	if len(entries) == 0 {
		return fmt.Errorf("%q holds no app; an IPA has one in Payload/NAME.app", r.src.Name())
	}
	infoErr := r.first(entries)
	r.pass(entries)
	if err := r.ctx.Err(); err != nil {
		return err
	}
	if err := r.named(entries); err != nil {
		return err
	}
	r.collect(entries)
	r.signature(entries)
	r.finish()
	if infoErr != nil {
		return fmt.Errorf("%q: %w", r.src.Name(), infoErr)
	}
	return nil
}

// about says what of the container is left aside.
func (r *reading) about() {
	several := func(kind inventory.GapKind, list []string, detail, next string) {
		if len(list) > 0 {
			g := gap(r.src.Name(), kind, "%s", detail)
			g.Count, g.Samples, g.Next = len(list), texts(list[:min(len(list), 5)]), next
			r.inv.Gaps = append(r.inv.Gaps, g)
		}
	}
	several(inventory.GapMalformed, r.c.unsafe, "entries whose names lead outside, are malformed or are there twice were not read", "Fetch the file again.")
	several(inventory.GapSkipped, r.c.links, "symbolic links were not followed", "")
	several(inventory.GapUnsupported, r.at.others, "further apps lie beside the one that was read", "Unpack it and scan each of them alone.")
	if r.c.cut {
		r.inv.Gaps = append(r.inv.Gaps, gap(r.src.Name(), inventory.GapLimit, "the folder holds more entries, or deeper ones, than are read"))
	}
}

// inside are the entries of the app with the path that they have in it, and the store's description beside it.
func (r *reading) inside() []item {
	var list []item
	beside := 0
	for i := range r.c.entries {
		e := &r.c.entries[i]
		switch rel, ok := strings.CutPrefix(e.name, r.at.root); {
		case ok && (r.at.root != "" || r.c.zip == nil):
			list = append(list, item{entry: e, rel: rel})
		case e.name == storeName:
			list = append(list, item{entry: e, store: true})
		case !strings.HasPrefix(e.name, "__MACOSX/"):
			beside++
		}
	}
	if beside > 0 && r.at.root != "" {
		g := gap(r.src.Name(), inventory.GapSkipped, "files beside the app, which a phone does not install, were not read")
		g.Count = beside
		r.inv.Gaps = append(r.inv.Gaps, g)
	}
	return r.allot(list)
}

// item is an entry of the app.
type item struct {
	*entry
	rel   string // path in the app
	store bool   // the store's description, which lies beside the app
}

// allot leaves out what goes beyond the limits: what says most about the app comes first.
func (r *reading) allot(list []item) []item {
	left := allowance(r.src.Size())
	if r.c.zip == nil {
		left = maxFolder
	}
	order := slices.Clone(list)
	slices.SortStableFunc(order, func(a, b item) int { return cmp.Or(cmp.Compare(a.rank(), b.rank()), cmp.Compare(a.rel, b.rel)) })
	var kept, over []item
	for _, it := range order {
		if it.size < 0 || it.size > left || len(kept) >= maxListed {
			over = append(over, it)
			continue
		}
		left -= it.size
		kept = append(kept, it)
	}
	if len(over) > 0 {
		g := gap(r.src.Name(), inventory.GapLimit, "the app unpacks to far more than its size, or holds more files than are read; the rest was not looked at")
		g.Count, g.Next = len(over), "If it is not a bomb, unpack it and scan the folder."
		for _, it := range over[:min(len(over), 5)] {
			g.Samples = append(g.Samples, inventory.Text(it.name))
		}
		r.inv.Gaps = append(r.inv.Gaps, g)
	}
	return kept
}

// pass reads all entries, the largest first, on as many goroutines as there are processors; beside them the hash of the file.
func (r *reading) pass(entries []item) {
	r.found = make([]result, len(entries))
	order := make([]int, len(entries))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(entries[b].size, entries[a].size) })
	var next atomic.Int64
	work := func() {
		for r.ctx.Err() == nil {
			i := int(next.Add(1)) - 1
			if i > len(order) {
				return
			}
			if i == len(order) { // after all others were begun
				r.hash()
				return
			}
			r.guarded(&entries[order[i]], &r.found[order[i]])
		}
	}
	var wg sync.WaitGroup
	for range max(1, min(runtime.GOMAXPROCS(0), len(order))) - 1 {
		wg.Go(work)
	}
	work()
	wg.Wait()
}

// guarded reads an entry. A panic ends it and is a gap.
func (r *reading) guarded(it *item, out *result) {
	defer func() {
		if v := recover(); v != nil {
			*out = result{unreadable: true}
			g := gap(r.c.subject(it.name), inventory.GapFailed, "reading it failed unexpectedly: %v", v)
			out.gap = &g
		}
	}()
	r.entry(it, out)
}

// hash makes the SHA-256 of the file. A folder has none.
func (r *reading) hash() {
	if r.c.zip == nil {
		return
	}
	h := sha256.New()
	n, err := io.Copy(h, &canceller{r.ctx, io.NewSectionReader(r.src.ReaderAt(), 0, r.src.Size())})
	if err == nil && n == r.src.Size() {
		r.sum = hex.EncodeToString(h.Sum(nil))
	}
}

// canceller ends a copy once ctx is done.
type canceller struct {
	ctx context.Context
	r   io.Reader
}

func (c *canceller) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}

// named sets what the Binary is known by: the hash of the file, or of the main program of a folder.
func (r *reading) named(entries []item) error {
	b := &r.bin
	b.Format, b.SHA256, b.Size = "ipa", r.sum, r.src.Size()
	if r.c.zip == nil {
		b.Format = "app"
		for i := range entries {
			if entries[i].rel == r.main && !entries[i].store {
				b.SHA256, b.Size = hex.EncodeToString(r.found[i].sums.sha256), entries[i].size
			}
		}
	}
	if b.SHA256 == "" {
		return errors.New("its main program cannot be read, so that there is nothing to know it by")
	}
	b.FileNames = []string{inventory.Text(r.src.Base())}
	b.Origins = []inventory.Origin{{Scanner: ID, Path: inventory.Text(r.src.Name()), SHA256: b.SHA256}}
	b.Entries = len(r.c.entries)
	if r.c.zip != nil {
		b.Oddities = r.c.zip.Oddities()
	}
	return nil
}

// gap makes a Gap about a named file.
func gap(subject string, kind inventory.GapKind, format string, args ...any) inventory.Gap {
	return inventory.Gap{Subject: inventory.Text(subject), Kind: kind, Detail: sentence(inventory.Text(fmt.Sprintf(format, args...)))}
}

// sentence begins with a capital and ends with a full stop.
func sentence(s string) string {
	if s == "" {
		return s
	}
	if s[0] >= 'a' && s[0] <= 'z' {
		s = string(s[0]-'a'+'A') + s[1:]
	}
	return strings.TrimSuffix(s, ".") + "."
}

func texts(list []string) []string {
	out := make([]string, 0, len(list))
	for _, s := range list {
		out = append(out, inventory.Text(s))
	}
	return out
}
