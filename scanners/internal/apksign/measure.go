package apksign

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/avast/apkparser"

	"quaestor/scanners/internal/apkfile"
	"quaestor/scanners/internal/axml"
)

// Limits on what a check may cost.
const (
	maxBlock        = 8 << 20  // APK signing block; ordinary ones have some kilobytes
	maxSignature    = 12 << 10 // META-INF/*.RSA: parsed recursively, and checked with a key as long as it likes
	maxSignatures   = 48 << 10 // all of them together
	maxDSA          = 6 << 10  // anything that holds a DSA key: two exponentiations with numbers of any length
	maxScheme       = 24 << 10 // one signature scheme in the signing block, for the same reason
	maxManifests    = 16 << 20 // META-INF/MANIFEST.MF and *.SF, each
	maxContinuation = 1_000    // lines of one attribute, which apkverifier joins one by one
	maxUnpacked     = 2 << 30  // all entries together, hashed by v1
	maxRatio        = 60       // unpacked size to file size, beyond some slack
	ratioSlack      = 64 << 20
	maxMetaFiles    = 24 // signature files in META-INF; Android takes ten signers
)

// blocks tells which signature blocks a file holds.
type blocks struct{ v2, v3, v31 bool }

func (b blocks) any() bool { return b.v2 || b.v3 || b.v31 }

func tooBig(format string, args ...any) error {
	return &NotCheckedError{Reason: fmt.Sprintf(format, args...), Limit: true}
}

// measure looks at everything that apkverifier would read whole. v1 tells whether there is a v1 signature.
func (c *checker) measure() (v1 bool, err error) {
	if c.f.Recovered {
		return false, &NotCheckedError{Reason: "the directory of the container cannot be read; Android would not install it"}
	}
	if err := c.findBlocks(); err != nil {
		return false, err
	}
	var unpacked, signatures int64
	meta := 0
	for i := range c.f.Entries {
		e := &c.f.Entries[i]
		unpacked += e.Size
		limit, signature := limitOf(e.Clean())
		v1 = v1 || signature
		if limit == 0 {
			continue
		}
		if meta++; meta > maxMetaFiles {
			return v1, tooBig("more than %d signature files in META-INF", maxMetaFiles)
		}
		if signature {
			signatures += e.Size
		}
		if signatures > maxSignatures {
			return v1, tooBig("the signatures in META-INF are longer than the limit of %d together", maxSignatures)
		}
		if err := c.measureEntry(e, limit); err != nil {
			return v1, err
		}
	}
	if v1 && c.needV1() && (unpacked > maxUnpacked || unpacked > ratioSlack+maxRatio*c.size) {
		return v1, tooBig("the entries claim %d bytes unpacked, too much for a file of %d to be hashed", unpacked, c.size)
	}
	return v1, nil
}

// needV1 reports whether apkverifier will hash every entry.
func (c *checker) needV1() bool { return c.minSDK < firstV2 || !c.blocks.any() }

// limitOf says how large a file that apkverifier reads whole may be, 0 for all others.
func limitOf(name string) (limit int64, signature bool) {
	if name == "AndroidManifest.xml" {
		return axml.MaxBytes, false
	}
	if name == "stamp-cert-sha256" {
		return maxSignature, false
	}
	if !strings.HasPrefix(name, "META-INF/") {
		return 0, false
	}
	switch path.Ext(name) {
	case ".RSA", ".DSA", ".EC":
		return maxSignature, true
	case ".SF", ".MF":
		return maxManifests, false
	}
	return 0, false
}

func (c *checker) measureEntry(e *apkfile.Entry, limit int64) error {
	if e.Size > limit {
		return tooBig("%q claims %d bytes, more than the limit of %d", e.Name, e.Size, limit)
	}
	data, err := c.f.Read(c.ctx, e, limit)
	if err != nil {
		return notRead(err)
	}
	switch path.Ext(e.Clean()) {
	case ".RSA", ".DSA", ".EC":
		return affordable(e.Name, data)
	case ".SF", ".MF":
		if continuation(data) > maxContinuation {
			return tooBig("%q holds an attribute of more than %d lines", e.Name, maxContinuation)
		}
	case ".xml":
		if _, err := axml.Prepare(data); err != nil {
			return notRead(err)
		}
	}
	return nil
}

// notRead tells a limit from a broken entry.
func notRead(err error) error {
	var container *apkfile.LimitError
	var document *axml.LimitError
	return &NotCheckedError{Reason: err.Error(), Limit: errors.As(err, &container) || errors.As(err, &document)}
}

// dsaKey is the object identifier of DSA keys, 1.2.840.10040.4.1, as it is encoded.
var dsaKey = []byte{0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x01}

// affordable refuses signature data whose keys may be so long that checking takes minutes.
func affordable(name string, data []byte) error {
	if len(data) > maxDSA && bytes.Contains(data, dsaKey) {
		return tooBig("%q holds a DSA key and is %d bytes long, more than the limit of %d", name, len(data), maxDSA)
	}
	return nil
}

// continuation is the most lines in a row that continue the one before.
func continuation(data []byte) int {
	longest, run := 0, 0
	for i := 0; i+1 < len(data); i++ {
		if data[i] != '\n' && data[i] != '\r' {
			continue
		}
		switch next := data[i+1]; next {
		case ' ':
			run++
			longest = max(longest, run)
		case '\n', '\r':
		default:
			run = 0
		}
	}
	return longest
}

// findBlocks reads the ids in the APK signing block, which lies in front of the directory.
func (c *checker) findBlocks() error {
	const footer = 24
	at := c.f.DirectoryOffset()
	if at < footer+8 || at > c.size {
		return nil
	}
	var b [footer]byte
	if _, err := c.r.ReadAt(b[:], at-footer); err != nil || !bytes.Equal(b[8:], []byte("APK Sig Block 42")) {
		return nil
	}
	size := binary.LittleEndian.Uint64(b[:])
	if size > maxBlock {
		return tooBig("the signing block claims %d bytes, more than the limit of %d", size, maxBlock)
	}
	if size < footer || int64(size)+8 > at {
		return nil
	}
	return c.blockIDs(at-int64(size), at-footer)
}

// blockIDs notes which schemes lie between two offsets and measures each.
func (c *checker) blockIDs(at, end int64) error {
	for at+12 <= end {
		var h [12]byte
		if _, err := c.r.ReadAt(h[:], at); err != nil {
			return nil
		}
		n := binary.LittleEndian.Uint64(h[:])
		if n < 4 || n > uint64(end-at-8) {
			return nil
		}
		if scheme := c.blocks.note(binary.LittleEndian.Uint32(h[8:])); scheme != "" {
			if err := c.measureScheme(scheme, at+12, int64(n)-4); err != nil {
				return err
			}
		}
		at += 8 + int64(n)
	}
	return nil
}

// note remembers a scheme by its block id and names what apkverifier parses; "" is a block it passes over.
func (b *blocks) note(id uint32) string {
	switch id {
	case 0x7109871a:
		b.v2 = true
		return "signature v2"
	case 0xf05368c0:
		b.v3 = true
		return "signature v3"
	case 0x1b93ad61:
		b.v31 = true
		return "signature v3.1"
	case 0x6dff800d:
		return "source stamp"
	case 0x2146444e:
		return "store stamp"
	}
	return ""
}

func (c *checker) measureScheme(name string, at, size int64) error {
	if size > maxScheme {
		return tooBig("the %s is %d bytes long, more than the limit of %d", name, size, maxScheme)
	}
	data := make([]byte, size)
	if _, err := c.r.ReadAt(data, at); err != nil {
		return &NotCheckedError{Reason: fmt.Sprintf("the %s cannot be read: %v", name, err)}
	}
	return affordable(name, data)
}

// zip opens the container for apkverifier, whose own recovery of broken containers reads without limits.
func (c *checker) zip() (zip *apkparser.ZipReader, err error) {
	if !c.strict() {
		return nil, &NotCheckedError{Reason: "the directory of the container is malformed"}
	}
	zip, err = apkparser.OpenZipReader(io.ReadSeeker(newReader(c.ctx, c.r, c.size)))
	if err != nil {
		return nil, &NotCheckedError{Reason: "the container cannot be read: " + err.Error()}
	}
	return zip, nil
}
