package adbsim

import (
	"errors"
	"net"
	"sync"
	"time"
)

// Faults are what can be wrong with a phone or its cable. The zero value is a phone in order.
type Faults struct {
	// CutAfter pulls the cable after that many bytes were sent to the computer; CutAtPacket after that many
	// packets. 0 is never. The phone is gone until Replug.
	CutAfter    int64
	CutAtPacket int
	// HangAfter is the number of bytes after which nothing is sent any more, while the cable stays in.
	HangAfter int64
	// Delay is waited before each packet.
	Delay time.Duration
	// Lie is where a length announces more than follows: "shell", "sync", "stat" or "wire".
	Lie string
}

var errCut = errors.New("the cable was pulled")

// link is the cable: all that a phone sends goes through it and is counted.
type link struct {
	mu      sync.Mutex
	faults  Faults
	sent    int64
	packets int
	gone    bool
	conns   map[net.Conn]bool // true once the two have greeted each other
	hang    chan struct{}     // closed when the phone is replugged or closed, to let go of what hangs
}

func newLink() *link { return &link{conns: map[net.Conn]bool{}, hang: make(chan struct{})} }

// add takes a connection under the cable, unless the cable is out.
func (l *link) add(c net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.gone {
		c.Close()
		return false
	}
	l.conns[c] = false
	return true
}

func (l *link) greeted(c net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, ok := l.conns[c]; ok {
		l.conns[c] = true
	}
}

// logins is how many connections have got that far.
func (l *link) logins() (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, ok := range l.conns {
		if ok {
			n++
		}
	}
	return n
}

func (l *link) remove(c net.Conn) {
	l.mu.Lock()
	delete(l.conns, c)
	l.mu.Unlock()
	c.Close()
}

// cut pulls the cable. The lock is held.
func (l *link) cut() {
	l.gone = true
	for c := range l.conns {
		c.Close()
	}
	clear(l.conns)
}

func (l *link) lie(where string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.faults.Lie == where
}

// send writes one packet to the computer, or as much of it as the cable lets through.
func (l *link) send(c net.Conn, b []byte) error {
	l.mu.Lock()
	if l.gone {
		l.mu.Unlock()
		return errCut
	}
	f := l.faults
	part, pull := l.admit(f, b)
	hang := f.HangAfter > 0 && l.sent >= f.HangAfter
	l.sent += int64(len(part))
	l.packets++
	wait := l.hang
	l.mu.Unlock()
	if f.Delay > 0 {
		time.Sleep(f.Delay)
	}
	if hang {
		<-wait
		return errCut
	}
	_, err := c.Write(part)
	if pull {
		l.mu.Lock()
		l.cut()
		l.mu.Unlock()
		return errCut
	}
	return err
}

// admit says how much of a packet passes before the cable is pulled. The lock is held.
func (l *link) admit(f Faults, b []byte) (part []byte, pull bool) {
	if f.CutAtPacket > 0 && l.packets >= f.CutAtPacket {
		return nil, true
	}
	if left := f.CutAfter - l.sent; f.CutAfter > 0 && left < int64(len(b)) {
		return b[:max(left, 0)], true
	}
	return b, false
}

// reset plugs the phone in, with other faults and the counting from the start.
func (l *link) reset(f Faults) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut()
	close(l.hang)
	l.hang = make(chan struct{})
	l.faults, l.sent, l.packets, l.gone = f, 0, 0, false
}

func (l *link) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut()
	select {
	case <-l.hang:
	default:
		close(l.hang)
	}
}

// Sent is how many bytes and packets went to the computer since the phone was plugged in.
func (p *Phone) Sent() (bytes int64, packets int) {
	p.link.mu.Lock()
	defer p.link.mu.Unlock()
	return p.link.sent, p.link.packets
}

// Replug plugs the phone in again, with other faults.
func (p *Phone) Replug(f Faults) { p.link.reset(f) }

// Unplug pulls the cable now.
func (p *Phone) Unplug() {
	p.link.mu.Lock()
	defer p.link.mu.Unlock()
	p.link.cut()
}
