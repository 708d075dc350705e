package adbsim

import (
	"encoding/binary"
	"fmt"
	"io"
)

// The commands of the wire between adb's server and a phone, and its versions.
const (
	cmdCNXN = 0x4e584e43
	cmdAUTH = 0x48545541
	cmdOPEN = 0x4e45504f
	cmdOKAY = 0x59414b4f
	cmdCLSE = 0x45534c43
	cmdWRTE = 0x45545257

	versionSums   = 0x01000000 // every packet bears a checksum
	versionNoSums = 0x01000001 // from Android 9 checksums are left out

	headerBytes = 24
	maxPayload  = 1 << 20
)

type packet struct {
	cmd, arg0, arg1 uint32
	data            []byte
}

// checksum is adb's: the sum of the bytes.
func checksum(b []byte) (sum uint32) {
	for _, c := range b {
		sum += uint32(c)
	}
	return sum
}

func (p packet) bytes(sums bool) []byte {
	b := make([]byte, headerBytes, headerBytes+len(p.data))
	for i, v := range []uint32{p.cmd, p.arg0, p.arg1, uint32(len(p.data)), 0, p.cmd ^ 0xffffffff} {
		binary.LittleEndian.PutUint32(b[4*i:], v)
	}
	if sums {
		binary.LittleEndian.PutUint32(b[16:], checksum(p.data))
	}
	return append(b, p.data...)
}

// readPacket reads one packet and holds the sender to the protocol, as adbd does.
func readPacket(r io.Reader, sums bool) (packet, error) {
	var h [headerBytes]byte
	if _, err := io.ReadFull(r, h[:]); err != nil {
		return packet{}, err
	}
	word := func(i int) uint32 { return binary.LittleEndian.Uint32(h[4*i:]) }
	p := packet{cmd: word(0), arg0: word(1), arg1: word(2)}
	if word(5) != p.cmd^0xffffffff || word(3) > maxPayload {
		return packet{}, fmt.Errorf("bad packet header % x", h)
	}
	p.data = make([]byte, word(3))
	if _, err := io.ReadFull(r, p.data); err != nil {
		return packet{}, err
	}
	if sums && word(4) != checksum(p.data) {
		return packet{}, fmt.Errorf("bad checksum of a packet of %d bytes", len(p.data))
	}
	return p, nil
}
