package main

import (
	"fmt"
	"io"
	"path"
	"strconv"
	"sync"
	"time"

	"quaestor/scanners"
	"quaestor/scanners/android/adb"
)

// progress is one line on a terminal, rewritten at most ten times a second. Anywhere else it is silent.
type progress struct {
	mu   sync.Mutex
	w    io.Writer // nil when there is no terminal
	now  func() time.Time
	last time.Time
	held bool // somebody is asked for something on the same terminal
}

func newProgress(env Env) *progress {
	p := &progress{now: env.Now}
	if f, tty := terminal(env.Stderr); tty {
		p.w = f
	}
	return p
}

func (p *progress) show(s scanners.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.w == nil || p.held || p.now().Sub(p.last) < 100*time.Millisecond {
		return
	}
	p.last = p.now()
	name := strconv.QuoteToASCII(path.Base(s.Name)) // file names are foreign text
	if len(name) > 50 {
		name = name[:47] + `..."`
	}
	fmt.Fprintf(p.w, "\r\x1b[KScanned %d of %d: %s", s.Done, s.Total, name)
	if s.Devices > 0 {
		fmt.Fprintf(p.w, ", %d devices", s.Devices)
	}
}

func (p *progress) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.w != nil && !p.last.IsZero() {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}

// pause keeps the line off the terminal while somebody is asked for something there.
func (p *progress) pause(on bool) {
	p.clear()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.held = on
}

// phone shows what is being done with a phone.
func (p *progress) phone(a adb.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.w == nil || p.held || p.now().Sub(p.last) < 100*time.Millisecond {
		return
	}
	p.last = p.now()
	what := map[string]string{"asking": "Asking %s: %d of %d questions answered", "finding": "Finding APKs on %s: %d of %d apps", "hashing": "Hashing APKs on %s: %d of %d", "fetching": "Fetching APKs from %s: %d of %d"}[a.Doing]
	fmt.Fprintf(p.w, "\r\x1b[K"+what, strconv.QuoteToASCII(a.Serial), a.Done, a.Total)
	if a.Bytes > 0 {
		fmt.Fprintf(p.w, ", %d MB", a.Bytes/1_000_000)
	}
}
