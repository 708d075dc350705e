package adb

import (
	"encoding/binary"
	"fmt"
	"io"
)

// The packets of the newer shell: an id, a length of four bytes, and that many bytes.
const (
	shellStdin      = 0
	shellStdout     = 1
	shellStderr     = 2
	shellExit       = 3
	shellCloseStdin = 4

	shellHeader = 5
	// maxShellPacket is more than any phone sends in one packet; the bytes are not held at once in any case.
	maxShellPacket = 16 << 20
)

// shell2 is a command in the newer shell.
type shell2 struct {
	c       *conn
	command string
	left    int // of the packet of standard output that is being read
	errText []byte
	err     error
}

func (s *shell2) Close() error   { return s.c.Close() }
func (s *shell2) stderr() []byte { return s.errText }
func (s *shell2) merged() bool   { return false }

// Read hands out standard output; standard error is kept up to a limit. Without an exit code the connection broke.
func (s *shell2) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for s.left == 0 && s.err == nil {
		s.err = s.packet()
	}
	if s.err != nil {
		return 0, s.err
	}
	n, err := s.c.Read(p[:min(len(p), s.left)])
	s.left -= n
	if err == io.EOF {
		err = s.c.ended()
	}
	s.err = err
	if n > 0 {
		return n, nil
	}
	return n, err
}

// packet reads the head of the next packet, and all of it unless it is standard output.
func (s *shell2) packet() error {
	var head [shellHeader]byte
	if err := s.c.begin(head[:]); err != nil {
		return err
	}
	size := binary.LittleEndian.Uint32(head[1:])
	if size > maxShellPacket {
		return fail(ErrProtocol, s.c.who, fmt.Sprintf("a packet of the shell announces %d bytes", size))
	}
	switch head[0] {
	case shellStdout:
		s.left = int(size)
		s.c.allow(int64(size))
		return nil
	case shellStderr:
		return s.keepStderr(int64(size))
	case shellExit:
		return s.finish(size)
	}
	return fail(ErrProtocol, s.c.who, fmt.Sprintf("a packet of the shell has id %d", head[0]))
}

func (s *shell2) keepStderr(size int64) error {
	keep := min(size, int64(maxStderr-len(s.errText)))
	b := make([]byte, keep)
	s.c.allow(size)
	if err := s.c.full(b); err != nil {
		return err
	}
	s.errText = append(s.errText, b...)
	if _, err := io.CopyN(io.Discard, s.c, size-keep); err == io.EOF {
		return s.c.ended()
	} else if err != nil {
		return err
	}
	return nil
}

func (s *shell2) finish(size uint32) error {
	if size != 1 {
		return fail(ErrProtocol, s.c.who, fmt.Sprintf("an exit code of %d bytes", size))
	}
	var code [1]byte
	if err := s.c.body(code[:]); err != nil {
		return err
	}
	return exit(s.command, int(code[0]), s.errText)
}
