package adb

import (
	"context"
	"io"
	"sync/atomic"
	"time"

	client "quaestor/scanners/internal/adb"
)

// maxAnswers is the most bytes of all answers of one phone together, several times what one with a thousand apps says.
const maxAnswers = 96 << 20

// The most bytes of one answer. A phone has a thousand properties and settings; a block of the package service's dump is
// long for an app with many permissions.
const (
	maxProperties = 1 << 20
	maxSettings   = 4 << 20
	maxList       = 8 << 20
	maxDump       = 16 << 20
	maxPackages   = 64 << 20
	maxSmall      = 2 << 20 // of the names, sizes, hashes and certificates of files
)

// limit is the most bytes of the answer that are read.
func (q *question) limit() int {
	switch q.kind {
	case properties:
		return maxProperties
	case settings:
		return maxSettings
	case packageList:
		return maxList
	case dump:
		if q.service == "package" {
			return maxPackages
		}
		return maxDump
	}
	return maxSmall
}

// runUpTo runs a command and keeps so much of its answer as the limit and what is left for all answers allow.
func runUpTo(ctx context.Context, p phone, limit int, left *atomic.Int64, argv []string) (*client.Output, error) {
	k := keeper{limit: limit, left: left}
	out, err := p.RunTo(ctx, &k, argv...)
	if out != nil {
		out.Stdout = k.bytes()
	}
	return out, err
}

// keeper keeps the beginning of an answer. It keeps parts, for a slice that grows needs the space of a long answer twice over
// and leaves as much again behind.
type keeper struct {
	limit int
	left  *atomic.Int64
	parts [][]byte
	n     int
}

const partSize = 64 << 10

// Write implements io.Writer.
func (k *keeper) Write(p []byte) (int, error) {
	if k.n+len(p) > k.limit || k.left.Add(-int64(len(p))) < 0 {
		return 0, client.ErrTooLong
	}
	k.n += len(p)
	for rest := p; len(rest) > 0; {
		last := len(k.parts) - 1
		if last < 0 || len(k.parts[last]) == cap(k.parts[last]) {
			k.parts = append(k.parts, make([]byte, 0, max(min(partSize, k.n), 512)))
			last++
		}
		n := min(len(rest), cap(k.parts[last])-len(k.parts[last]))
		k.parts[last] = append(k.parts[last], rest[:n]...)
		rest = rest[n:]
	}
	return len(p), nil
}

func (k *keeper) bytes() []byte {
	out := make([]byte, 0, k.n)
	for i, p := range k.parts {
		out = append(out, p...)
		k.parts[i] = nil
	}
	return out
}

// lastWords is how long answers are still read after an interrupt: what a phone said is not thrown away for it.
const lastWords = 500 * time.Millisecond

// afterwards is a context that ends a little later than ctx.
func afterwards(ctx context.Context) (context.Context, context.CancelFunc) {
	later, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(lastWords, cancel) })
	return later, func() { stop(); cancel() }
}

// interruptible ends what is read when the context does.
type interruptible struct {
	ctx context.Context
	r   io.Reader
}

// Read implements io.Reader.
func (i interruptible) Read(p []byte) (int, error) {
	if err := i.ctx.Err(); err != nil {
		return 0, err
	}
	return i.r.Read(p)
}
