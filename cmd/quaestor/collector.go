package main

import (
	"math"
	"os"
	"runtime"
	"runtime/debug"
)

// Most runs are over within a second and never hold much, so that collecting garbage as often as a server does
// would cost them a fifth of their time. The rarer collections end where they would make a run large.
const (
	first     = 64 << 20  // bytes in use before anything is collected
	rarely    = 400       // per cent by which the heap may grow afterwards
	usually   = 100       // what the language's runtime does by itself
	freeSpace = 100 << 20 // bytes up to which the heap grows rarely collected
)

// growth is the per cent by which a heap that holds so many live bytes may grow until the next collection.
func growth(live uint64) int {
	if live == 0 {
		return rarely
	}
	return int(min(max(int64(freeSpace)*100/int64(live)-100, usually), rarely))
}

// collectRarely sets how often garbage is collected, and again after every collection. Whoever sets GOGC or
// GOMEMLIMIT has decided otherwise.
func collectRarely() {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(first)
	now := 0
	var adjust func(*watched)
	adjust = func(w *watched) {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		live := m.HeapAlloc // what has not been swept yet counts too
		if now > 0 {
			live = min(live, m.NextGC*100/uint64(100+now))
		}
		if next := growth(live); next != now {
			now = next
			debug.SetGCPercent(now)
			debug.SetMemoryLimit(math.MaxInt64)
		}
		runtime.SetFinalizer(w, adjust) // called after the next collection too
	}
	runtime.SetFinalizer(new(watched), adjust)
}

// watched is something that a collection finds unused. It holds a pointer, so that it is not put into one block with
// others that are in use.
type watched struct{ _ *byte }
