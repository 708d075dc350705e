package adbsim

import (
	"encoding/binary"
	"io"
)

// serveSync is the file transfer, reading only: whoever asks to write is refused and noted.
func (p *Phone) serveSync(rw io.ReadWriter) {
	for {
		var head [8]byte
		if _, err := io.ReadFull(rw, head[:]); err != nil {
			return
		}
		id, n := string(head[:4]), binary.LittleEndian.Uint32(head[4:])
		if n > 1024 || id == "QUIT" {
			return
		}
		path := make([]byte, n)
		if _, err := io.ReadFull(rw, path); err != nil {
			return
		}
		p.note("sync " + id + " " + string(path))
		if !p.answerSync(rw, id, string(path)) {
			return
		}
	}
}

func (p *Phone) answerSync(rw io.ReadWriter, id, path string) bool {
	f, errno := p.file(path)
	switch {
	case id == "STAT":
		return reply(rw, stat1(f))
	case (id == "STA2" || id == "LST2") && p.Has("stat_v2"):
		b := stat2(id, f, errno)
		if p.link.lie("stat") {
			copy(b[:4], "WHAT")
		}
		return reply(rw, b)
	case id == "RCV2" && p.Has("sendrecv_v2"):
		var more [8]byte
		if _, err := io.ReadFull(rw, more[:]); err != nil || string(more[:4]) != "RCV2" {
			return false
		}
		return p.sendFile(rw, f, errno)
	case id == "RECV":
		return p.sendFile(rw, f, errno)
	}
	return reply(rw, syncMessage("FAIL", "unknown command or this phone is not to be written to"))
}

func reply(w io.Writer, b []byte) bool {
	_, err := w.Write(b)
	return err == nil
}

func syncMessage(id, text string) []byte {
	return append(binary.LittleEndian.AppendUint32([]byte(id), uint32(len(text))), text...)
}

const (
	modeFile      = 0o100000
	errNoEntry    = 2
	errPermission = 13
)

func stat1(f *File) []byte {
	b := make([]byte, 16)
	if copy(b, "STAT"); f != nil {
		binary.LittleEndian.PutUint32(b[4:], modeFile|f.Mode)
		binary.LittleEndian.PutUint32(b[8:], uint32(f.size()))
		binary.LittleEndian.PutUint32(b[12:], uint32(f.Time.Unix()))
	}
	return b
}

func stat2(id string, f *File, errno uint32) []byte {
	b := make([]byte, 72)
	copy(b, id)
	binary.LittleEndian.PutUint32(b[4:], errno)
	if f != nil {
		binary.LittleEndian.PutUint32(b[24:], modeFile|f.Mode)
		binary.LittleEndian.PutUint32(b[28:], 1)
		binary.LittleEndian.PutUint64(b[40:], uint64(f.size()))
		for _, at := range []int{48, 56, 64} {
			binary.LittleEndian.PutUint64(b[at:], uint64(f.Time.Unix()))
		}
	}
	return b
}

// sendFile sends the parts of a file, and DONE.
func (p *Phone) sendFile(w io.Writer, f *File, errno uint32) bool {
	if f == nil {
		what := "open failed: No such file or directory"
		if errno == errPermission {
			what = "open failed: Permission denied"
		}
		return reply(w, syncMessage("FAIL", what))
	}
	data, err := f.content()
	if err != nil {
		return reply(w, syncMessage("FAIL", err.Error()))
	}
	for rest := data; len(rest) > 0; {
		part := rest[:min(len(rest), 64<<10)]
		rest = rest[len(part):]
		head := binary.LittleEndian.AppendUint32([]byte("DATA"), uint32(len(part)))
		if p.link.lie("sync") {
			head = binary.LittleEndian.AppendUint32([]byte("DATA"), 0x7fffffff)
		}
		if !reply(w, append(head, part...)) {
			return false
		}
	}
	return reply(w, []byte("DONE\x00\x00\x00\x00"))
}
