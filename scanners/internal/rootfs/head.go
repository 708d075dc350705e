package rootfs

import (
	"archive/tar"
	"bytes"
	"io"
	"path"
	"strings"

	"quaestor/scanners/source"
)

// headBytes is how much of a compressed archive is unpacked to recognise it.
const headBytes = 64 << 10

// NamesInHead lists the first entries of a tar archive, compressed or not, by the first bytes of the file.
func NamesInHead(head []byte) []string {
	if !IsTar(head) && !IsPacked(head) {
		return nil
	}
	rd := NewReader("", headBytes, source.Limits{TotalBytes: headBytes})
	plain, err := rd.Unpack(bytes.NewReader(head))
	if err != nil {
		return nil
	}
	buf := make([]byte, headBytes)
	n, _ := io.ReadFull(plain, buf) // it ends in the middle
	return tarNames(buf[:n])
}

// tarNames lists the names of the entries whose headers lie in the first bytes of an archive.
func tarNames(head []byte) []string {
	if len(head) < 512 {
		return nil
	}
	var names []string
	tr := tar.NewReader(bytes.NewReader(head))
	for {
		h, err := tr.Next()
		if err != nil {
			return names
		}
		if name := strings.TrimPrefix(path.Clean("/"+h.Name), "/"); name != "" {
			names = append(names, name)
		}
	}
}
