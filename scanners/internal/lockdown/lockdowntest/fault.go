package lockdowntest

import (
	"net"
	"sync"
)

// Fault is what happens to the connections of a simulated phone.
type Fault int

// The faults.
const (
	None   Fault = iota
	Cut          // every connection ends, as when the phone is unplugged, and no other is served
	Hang         // nothing more is sent, and nothing ends
	Garble       // bytes are sent that are not those meant
)

// fault counts the bytes that were sent.
type fault struct {
	mu   sync.Mutex
	how  Fault
	left int
}

// Break lets a fault come after so many bytes, of all connections together.
func (m *Mux) Break(how Fault, after int) {
	m.fault.mu.Lock()
	defer m.fault.mu.Unlock()
	m.fault.how, m.fault.left = how, after
}

// before takes n bytes and tells how many of them are sent well.
func (f *fault) before(n int) (int, Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.how == None || n <= f.left {
		f.left -= n
		return n, None
	}
	good := f.left
	f.left = 0
	return good, f.how
}

// faulty is a connection that breaks.
type faulty struct {
	net.Conn
	mux    *Mux
	once   sync.Once
	closed chan struct{}
}

// Close implements net.Conn.
func (c *faulty) Close() error {
	c.once.Do(func() { close(c.closed) })
	return c.Conn.Close()
}

// Write implements net.Conn.
func (c *faulty) Write(b []byte) (int, error) {
	good, how := c.mux.fault.before(len(b))
	switch how {
	case Cut:
		c.Conn.Write(b[:good])
		c.mux.unplug()
		return good, net.ErrClosed
	case Hang:
		c.Conn.Write(b[:good])
		<-c.closed
		return good, net.ErrClosed
	case Garble:
		wrong := append([]byte(nil), b...)
		for i := good; i < len(wrong); i++ {
			wrong[i] ^= 0x5a
		}
		return c.Conn.Write(wrong)
	}
	return c.Conn.Write(b)
}
