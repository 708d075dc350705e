package adb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	client "quaestor/scanners/internal/adb"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// What is fetched from one phone, at most. Phones have 20 GB of apps at the utmost.
const (
	maxFetched = 32 << 30
	maxOneFile = 4 << 30
)

// pulls is how many files are fetched at the same time: one cable carries them all.
const pulls = 3

// slowest is the rate below which a phone is taken for one that does not answer, in bytes a second.
const slowest = 64 << 10

// fetching is one phone whose APKs are being fetched.
type fetching struct {
	phone interface {
		phone
		puller
	}
	store    *store
	name     string // of the phone, as readers see it
	serial   string
	device   string
	left     int64 // bytes that may still be fetched
	progress func(Progress)

	mu      sync.Mutex
	got     Fetched
	done    int
	bytes   int64
	missing map[string][]string // apps that were not fetched, by the reason
	next    map[string]string   // what to do, by the reason
}

// puller copies a file of the phone.
type puller interface {
	Pull(ctx context.Context, path string, limit int64, w io.Writer) (int64, error)
}

// Follow implements [scanners.Follower]: it fetches APKs, and names them to be scanned. They stay in the folder.
func (s *scanner) Follow(ctx context.Context, src *source.Source, inv *inventory.Inventory) ([]source.Target, func(), error) {
	if s.o.Pull == "" || s.o.Pull == PullNone || len(inv.Devices) == 0 || len(inv.Apps) == 0 {
		return nil, nil, nil
	}
	apps := s.o.chosen(inv)
	if len(apps) == 0 {
		return nil, nil, nil
	}
	st, err := openStore(s.o.Dir)
	if err != nil {
		return nil, nil, err
	}
	defer st.close()
	st.sweep()
	f := &fetching{phone: s.server().Open(src.Target().Path), store: st, name: src.Name(), serial: src.Target().Path, device: inv.Devices[0].ID,
		left: s.o.maxBytes, progress: s.o.Progress, missing: map[string][]string{}, next: map[string]string{}}
	if f.left == 0 {
		f.left = maxFetched
	}
	targets := f.run(ctx, inv, apps)
	s.tell(f, inv)
	return targets, nil, nil
}

// tell says in the run, and to who asked for it, what lies in the folder. The run says the same when nothing had to be fetched.
func (s *scanner) tell(f *fetching, inv *inventory.Inventory) {
	got := f.got
	got.Serial, got.Dir = f.serial, s.o.Dir
	for i := range inv.Runs {
		if r := &inv.Runs[i]; r.Scanner == id && r.Detail == "" {
			r.Detail = inventory.Text(got.String())
		}
	}
	if s.o.Fetched != nil {
		s.o.Fetched(got)
	}
}

// String says what lies in the folder.
func (f Fetched) String() string {
	files := fmt.Sprintf("%d APKs", f.Files)
	if f.Files == 1 {
		files = "1 APK"
	}
	return fmt.Sprintf("%s of the phone, %s, in %q", files, amount(f.Bytes), f.Dir)
}

// amount is a number of bytes as people say it.
func amount(n int64) string {
	switch {
	case n >= 1e9:
		return fmt.Sprintf("%.1f GB", float64(n)/1e9)
	case n >= 1e6:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	case n >= 1e3:
		return fmt.Sprintf("%d kB", n/1e3)
	}
	return fmt.Sprintf("%d bytes", n)
}

// run fetches the APKs of apps and joins them to these by their hashes.
func (f *fetching) run(ctx context.Context, inv *inventory.Inventory, apps map[string]string) []source.Target {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stop := func(err error) {
		if vain(err) {
			cancel(err)
		}
	}
	var wanted []*inventory.App
	for i := range inv.Apps {
		if a := &inv.Apps[i]; apps[a.Identifier] != "" && !a.NotInstalled && !a.Apex {
			wanted = append(wanted, a)
		}
	}
	files := f.list(ctx, stop, wanted)
	f.done = 0
	groups := batches(files)
	f.each(ctx, len(groups), 2, func(i int) {
		err := f.measure(ctx, groups[i])
		if err == nil {
			err = f.sums(ctx, groups[i])
		}
		stop(err)
		f.step("hashing", len(files), len(groups[i]))
	})
	f.done = 0
	here := f.copies(ctx, stop, files)
	f.count(files, here)
	inv.Gaps = append(inv.Gaps, f.gaps()...)
	return f.join(inv, files, here)
}

// count notes what is in the store, each content once.
func (f *fetching) count(files []*file, here []bool) {
	seen := map[string]bool{}
	for i, x := range files {
		if !here[i] || x.sum == "" || seen[x.sum] {
			continue
		}
		seen[x.sum] = true
		f.got.Files++
		f.got.Bytes += f.store.size(x.sum)
	}
}

// vain reports whether after an error nothing more can be fetched: the phone is gone, or this computer cannot keep it.
func vain(err error) bool {
	var u *unkept
	return gone(err) || errors.As(err, &u)
}

// copies fetches files, those of the same content once, and says of each whether it is in the store.
func (f *fetching) copies(ctx context.Context, stop func(error), files []*file) []bool {
	first, of := map[string]int{}, make([]int, len(files))
	var once []int
	for i, x := range files {
		at, known := first[x.sum]
		if !known || x.sum == "" {
			at = i
			first[x.sum] = i
			once = append(once, i)
		}
		of[i] = at
	}
	here, asked := make([]bool, len(files)), make([]error, len(files))
	for i := range asked {
		asked[i] = context.Canceled // until it was asked for
	}
	f.each(ctx, len(once), pulls, func(i int) {
		at := once[i]
		asked[at] = f.one(ctx, files[at])
		here[at] = asked[at] == nil
		stop(asked[at])
		f.step("fetching", len(once), 1)
	})
	for i, x := range files {
		if here[i] = here[of[i]]; !here[i] {
			f.lacks(ctx, x.app, asked[of[i]])
		}
	}
	return here
}

// list finds the files of apps, in the order of the apps.
func (f *fetching) list(ctx context.Context, stop func(error), wanted []*inventory.App) []*file {
	found := make([][]file, len(wanted))
	f.each(ctx, len(wanted), streams, func(i int) {
		list, err := f.locate(ctx, wanted[i])
		stop(err)
		if err == nil && len(list) == 0 {
			err = errNoFile
		}
		if err != nil {
			f.lacks(ctx, wanted[i], err)
		}
		found[i] = list
		f.step("finding", len(wanted), 1)
	})
	var out []*file
	for i := range found {
		if found[i] == nil && ctx.Err() != nil {
			f.lacks(ctx, wanted[i], context.Cause(ctx))
		}
		for j := range found[i] {
			out = append(out, &found[i][j])
		}
	}
	return out
}

var (
	errNoFile = errors.New("the phone does not say where its APK is")
	errLimit  = errors.New("more than may be fetched from one phone")
	errSize   = errors.New("the phone sent more than it said the file has: it changed meanwhile, or the phone does not tell the truth about its size")
	errChange = errors.New("what was fetched is not what the phone hashed: it changed meanwhile, or was damaged on the way")
)

// each calls do for every number below n, some at the same time, until the context is done.
func (f *fetching) each(ctx context.Context, n, workers int, do func(i int)) {
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(workers, n) {
		wg.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for i := range n {
		if ctx.Err() != nil {
			break
		}
		select {
		case next <- i:
		case <-ctx.Done():
		}
	}
	close(next)
	wg.Wait()
}

// one sees to it that a file is in the store.
func (f *fetching) one(ctx context.Context, x *file) error {
	if x.sum != "" && f.store.has(ctx, x.sum) {
		return nil
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	limit, taken, err := f.reserve(x.size)
	if err != nil {
		return err
	}
	n, err := f.pull(ctx, x, limit)
	f.mu.Lock()
	f.left += taken - n
	f.mu.Unlock()
	return err
}

// reserve takes what a file may need out of what may be fetched. Of a file whose size the phone does not tell nothing is
// taken before it is there, so that the limit is passed by less than a few files.
func (f *fetching) reserve(size int64) (limit, taken int64, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.left <= 0 || size > f.left || size > maxOneFile:
		return 0, 0, errLimit
	case size < 0:
		return min(f.left, maxOneFile), 0, nil
	}
	f.left -= size
	return size, size, nil
}

func (f *fetching) pull(ctx context.Context, x *file, limit int64) (int64, error) {
	hint := x.sum
	if hint == "" {
		hint = "unknown"
	}
	in, err := f.store.create(hint)
	if err != nil {
		return 0, err
	}
	timed, cancel := context.WithTimeoutCause(ctx, time.Minute+time.Duration(limit/slowest)*time.Second, errPatience)
	defer cancel()
	n, err := f.phone.Pull(timed, x.path, limit, &counted{in, f})
	switch {
	case err != nil:
		in.drop()
		if in.lost != nil {
			return n, in.lost
		}
		if errors.Is(err, client.ErrTooLong) && x.size >= 0 {
			return n, errSize
		}
		if errors.Is(err, client.ErrTooLong) {
			return n, errLimit
		}
		if timed.Err() != nil {
			err = context.Cause(timed)
		}
		return n, err
	case x.size >= 0 && n != x.size:
		in.drop()
		return n, errChange
	}
	if x.sum != "" && x.sum != hexSum(in) {
		in.drop()
		return n, errChange
	}
	sum, err := in.keep()
	if x.sum = sum; err == nil {
		f.mu.Lock()
		f.got.New++
		f.mu.Unlock()
	}
	return n, err
}

// ask asks the phone something. That a command fails is no error: its answer then lacks what was asked for.
func (f *fetching) ask(ctx context.Context, argv []string) ([]byte, error) {
	timed, cancel := context.WithTimeoutCause(ctx, hashing, errPatience)
	defer cancel()
	var left atomic.Int64
	left.Store(maxSmall)
	out, err := runUpTo(timed, f.phone, maxSmall, &left, argv)
	if err != nil && timed.Err() != nil {
		return nil, context.Cause(timed)
	}
	if err != nil {
		return nil, err
	}
	return out.Stdout, nil
}

// hashing is how long a phone may take for the hashes of a batch of files.
const hashing = 10 * time.Minute

// lacks notes that an app was not fetched, or not all of it.
func (f *fetching) lacks(ctx context.Context, a *inventory.App, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	why := strings.TrimSuffix(client.Cause(err), ".")
	switch {
	case ctx.Err() != nil && vain(context.Cause(ctx)):
		err = context.Cause(ctx)
		why = strings.TrimSuffix(client.Cause(err), ".")
	case errors.Is(err, context.Canceled):
		why = "the scan was interrupted"
	}
	f.missing[why] = append(f.missing[why], a.Identifier)
	if b, ok := errors.AsType[*blocked](err); ok {
		f.next[why] = b.next
	} else if next := client.Next(err); next != "" {
		f.next[why] = next
	}
}
