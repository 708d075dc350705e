package lockdowntest

import (
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"sync"

	"howett.net/plist"
)

// Mux is a simulated usbmuxd with phones.
type Mux struct {
	keys     *Keys
	phones   []*Phone
	listener net.Listener
	fault    *fault

	mu    sync.Mutex
	conns map[net.Conn]bool
	asked []string
	wait  sync.WaitGroup
}

// Start serves the phones on a listener until Close.
func Start(l net.Listener, keys *Keys, phones ...*Phone) *Mux {
	m := &Mux{keys: keys, phones: phones, listener: l, conns: map[net.Conn]bool{}, fault: &fault{}}
	m.wait.Go(m.accept)
	return m
}

// Asked is what was asked for of the phones, in order: what a test of privacy looks at.
func (m *Mux) Asked() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.asked
}

func (m *Mux) note(what string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asked = append(m.asked, what)
}

// Close ends everything, and waits for it.
func (m *Mux) Close() {
	m.listener.Close()
	m.unplug()
	m.wait.Wait()
}

// unplug ends every connection.
func (m *Mux) unplug() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for c := range m.conns {
		c.Close()
	}
}

func (m *Mux) accept() {
	for {
		raw, err := m.listener.Accept()
		if err != nil {
			return
		}
		c := &faulty{Conn: raw, mux: m, closed: make(chan struct{})}
		m.mu.Lock()
		m.conns[c] = true
		m.mu.Unlock()
		m.wait.Go(func() {
			defer c.Close()
			m.serve(c)
		})
	}
}

// serve answers as usbmuxd does, until a connection is asked for.
func (m *Mux) serve(c net.Conn) {
	for {
		var head [4]uint32
		if binary.Read(c, binary.LittleEndian, &head) != nil || head[0] < 16 || head[0] > 1<<20 {
			return
		}
		r, err := readDict(c, int(head[0])-16)
		if err != nil {
			return
		}
		what, _ := r["MessageType"].(string)
		answer, next := m.answer(what, r)
		if m.sendMux(c, head[3], answer) != nil {
			return
		}
		if next != nil {
			next(c)
			return
		}
	}
}

// answer is that to one message, and what the connection becomes.
func (m *Mux) answer(what string, r map[string]any) (map[string]any, func(net.Conn)) {
	switch what {
	case "ListDevices":
		return map[string]any{"DeviceList": m.list()}, nil
	case "ReadBUID":
		return map[string]any{"BUID": "30142955-444094379208051516"}, nil
	case "ReadPairRecord":
		if p := m.phone(func(_ int, p *Phone) bool { return p.UDID == r["PairRecordID"] }); p != nil && !p.Unpaired {
			return map[string]any{"PairRecordData": m.keys.record}, nil
		}
		return result(2), nil
	case "Connect":
		id, _ := r["DeviceID"].(uint64)
		at, _ := r["PortNumber"].(uint64)
		p := m.phone(func(i int, _ *Phone) bool { return uint64(i+1) == id })
		if p == nil {
			return result(2), nil
		}
		if serve := m.listening(p, int(at&0xff<<8|at>>8)); serve != nil {
			return result(0), serve
		}
		return result(3), nil
	}
	return result(1), nil
}

func result(n int) map[string]any { return map[string]any{"MessageType": "Result", "Number": n} }

func (m *Mux) phone(is func(i int, p *Phone) bool) *Phone {
	for i, p := range m.phones {
		if is(i, p) {
			return p
		}
	}
	return nil
}

func (m *Mux) list() []any {
	out := []any{}
	for i, p := range m.phones {
		kind := "USB"
		if p.Network {
			kind = "Network"
		}
		out = append(out, map[string]any{"DeviceID": i + 1, "MessageType": "Attached", "Properties": map[string]any{
			"ConnectionSpeed": 480000000, "ConnectionType": kind, "DeviceID": i + 1, "LocationID": 65536 + i, "ProductID": 4776, "SerialNumber": p.UDID}})
	}
	return out
}

func (m *Mux) sendMux(w io.Writer, tag uint32, answer map[string]any) error {
	body, err := plist.Marshal(answer, plist.XMLFormat)
	if err != nil {
		return err
	}
	frame, _ := binary.Append(nil, binary.LittleEndian, []uint32{uint32(len(body)) + 16, 1, 8, tag})
	_, err = w.Write(append(frame, body...))
	return err
}

func readDict(r io.Reader, size int) (map[string]any, error) {
	body := make([]byte, size)
	if _, err := io.ReadFull(r, body); err != nil {
		return nil, err
	}
	var d map[string]any
	_, err := plist.Unmarshal(body, &d)
	return d, err
}

// secure makes the phone's side of a TLS session.
func (m *Mux) secure(c net.Conn, p *Phone) net.Conn {
	if p.Plain {
		return c
	}
	return tls.Server(c, m.keys.server(p.Stranger))
}
