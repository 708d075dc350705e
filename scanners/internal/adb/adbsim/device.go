package adbsim

import (
	"bufio"
	"io"
	"net"
	"strings"
	"sync"
)

// Listen lets the phone be connected to with `adb connect`, and says under which address. Close ends it.
func (p *Phone) Listen() (addr string, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	p.mu.Lock()
	p.listener = l
	p.mu.Unlock()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			if p.link.add(c) {
				go p.attach(c)
			}
		}
	}()
	return l.Addr().String(), nil
}

// Close switches the phone off.
func (p *Phone) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.listener != nil {
		p.listener.Close()
	}
	p.link.close()
}

// attachment is one connection to a computer, from CNXN on.
type attachment struct {
	phone *Phone
	c     net.Conn
	r     *bufio.Reader
	sums  bool
	max   int

	mu      sync.Mutex // of what is sent
	streams map[uint32]*pipe
	lastID  uint32
}

func (p *Phone) attach(c net.Conn) {
	defer p.link.remove(c)
	a := &attachment{phone: p, c: c, r: bufio.NewReader(c), sums: true, max: p.MaxData, streams: map[uint32]*pipe{}}
	defer a.closeStreams()
	hello, err := readPacket(a.r, true)
	if err != nil || hello.cmd != cmdCNXN {
		return
	}
	if err := a.authenticate(); err != nil {
		return
	}
	a.max = min(a.max, int(hello.arg1))
	banner := "device::" + p.Banner + ";features=" + strings.Join(p.Features, ",")
	if len(p.Features) == 0 {
		banner = "device::" + p.Banner + ";"
	}
	if a.send(packet{cmdCNXN, p.Version, uint32(p.MaxData), []byte(banner)}) != nil {
		return
	}
	a.sums = min(p.Version, hello.arg0) < versionNoSums
	p.link.greeted(c)
	for {
		pk, err := readPacket(a.r, a.sums)
		if err != nil || a.handle(pk) != nil {
			return
		}
	}
}

func (a *attachment) send(p packet) error {
	b := p.bytes(a.sums)
	if p.cmd == cmdWRTE && a.phone.link.lie("wire") {
		b[14] = 0xff // sixteen million bytes to follow
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.phone.link.send(a.c, b)
}

func (a *attachment) closeStreams() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, s := range a.streams {
		s.end()
	}
}

func (a *attachment) stream(id uint32) *pipe {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.streams[id]
}

func (a *attachment) handle(p packet) error {
	switch p.cmd {
	case cmdOPEN:
		return a.open(p.arg0, strings.TrimRight(string(p.data), "\x00"))
	case cmdWRTE:
		if s := a.stream(p.arg1); s != nil {
			s.push(p.data)
			return a.send(packet{cmdOKAY, p.arg1, p.arg0, nil})
		}
	case cmdOKAY:
		if s := a.stream(p.arg1); s != nil {
			s.acknowledge()
		}
	case cmdCLSE:
		if s := a.stream(p.arg1); s != nil {
			s.end()
		}
	}
	return nil
}

// open starts a service for the computer, or says that there is none of that name.
func (a *attachment) open(remote uint32, name string) error {
	serve := a.phone.service(name)
	if serve == nil {
		return a.send(packet{cmdCLSE, 0, remote, nil})
	}
	a.mu.Lock()
	a.lastID++
	s := newPipe(a, a.lastID, remote)
	a.streams[s.local] = s
	a.mu.Unlock()
	if err := a.send(packet{cmdOKAY, s.local, remote, nil}); err != nil {
		return err
	}
	go func() {
		serve(s)
		a.mu.Lock()
		delete(a.streams, s.local)
		a.mu.Unlock()
		s.end()
		_ = a.send(packet{cmdCLSE, s.local, remote, nil})
	}()
	return nil
}

// pipe is one service's stream of bytes to and from the computer: after each packet it waits for the OKAY.
type pipe struct {
	a             *attachment
	local, remote uint32
	acks          chan struct{}
	done          chan struct{}
	once          sync.Once
	in            *io.PipeReader
	feed          *io.PipeWriter
	inbox         chan []byte
}

func newPipe(a *attachment, local, remote uint32) *pipe {
	s := &pipe{a: a, local: local, remote: remote, acks: make(chan struct{}, 1), done: make(chan struct{}), inbox: make(chan []byte, 64)}
	s.in, s.feed = io.Pipe()
	go func() {
		for {
			select {
			case b := <-s.inbox:
				s.feed.Write(b)
			case <-s.done:
				return
			}
		}
	}()
	return s
}

func (s *pipe) push(b []byte) {
	select {
	case s.inbox <- b:
	case <-s.done:
	}
}

func (s *pipe) acknowledge() {
	select {
	case s.acks <- struct{}{}:
	default:
	}
}

func (s *pipe) end() {
	s.once.Do(func() {
		close(s.done)
		s.feed.Close()
		s.in.Close()
	})
}

func (s *pipe) Read(p []byte) (int, error) { return s.in.Read(p) }

func (s *pipe) Write(p []byte) (n int, err error) {
	for len(p) > 0 {
		part := p[:min(len(p), s.a.max)]
		if err := s.a.send(packet{cmdWRTE, s.local, s.remote, part}); err != nil {
			return n, err
		}
		select {
		case <-s.acks:
		case <-s.done:
			return n, io.ErrClosedPipe
		}
		n, p = n+len(part), p[len(part):]
	}
	return n, nil
}
