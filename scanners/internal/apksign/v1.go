package apksign

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"
	"sync/atomic"

	"quaestor/scanners/internal/apkfile"
)

const (
	metaInf      = "META-INF/"
	metaManifest = "META-INF/MANIFEST.MF"
)

// v1 is the scheme of signed JAR files: META-INF/MANIFEST.MF holds the digest of every entry, META-INF/*.SF
// those of the manifest, and META-INF/*.RSA, *.DSA or *.EC sign that.
type v1 struct {
	sdk      int // the lowest API level
	files    int // signature files
	manifest []byte
	slots    []slot         // the entries in the order of the directory
	byName   map[string]int // index in slots
	signers  []*v1Signer
	err      error // what stands in the way on every version of Android
	wanted   bool  // content counts: all that comes before holds on some version
	blocks   *blocks
}

// slot is an entry of the container with what the manifest says of it.
type slot struct {
	entry      *apkfile.Entry
	start, end int // its section in the manifest, 0 when there is none
	digests    digests
	digestErr  error
	signers    uint16        // bit per signer whose signature file names the entry
	state      atomic.Uint32 // what its content showed
}

// States of a slot's content.
const (
	seen = 1 << iota
	earlyHolds
	lateHolds
	unreadable
)

// v1Signer is a signature file with its signature.
type v1Signer struct {
	name     string // of the signature: "META-INF/CERT.RSA"
	fileName string // of the signature file: "META-INF/CERT.SF"
	file     []byte
	data     *signedData
	dataErr  error
	bit      uint16
	sections map[bool]error // memo of what the file says of the manifest, by whether API levels below 18 count
}

// covered reports whether Android wants a digest of the entry in the manifest.
func covered(name string) bool {
	return !strings.HasPrefix(name, metaInf) && !strings.HasSuffix(name, "/")
}

// isSignature reports whether an entry holds a v1 signature.
func isSignature(name string) bool {
	if !strings.HasPrefix(name, metaInf) {
		return false
	}
	switch path.Ext(name) {
	case ".RSA", ".DSA", ".EC":
		return true
	}
	return false
}

// openV1 reads the signature files. Whole tells whether the entries have to be checked too: without it only
// the signers are known. The error is one of a limit.
func openV1(ctx context.Context, f *apkfile.File, b *blocks, sdk int, whole bool) (*v1, error) {
	v := &v1{sdk: sdk, blocks: b}
	if err := v.list(f); err != nil {
		return nil, err
	}
	if v.files == 0 || v.err != nil {
		return v, nil
	}
	r := metaReader{ctx: ctx, f: f, left: maxMetaBytes}
	if err := v.readSigners(&r); err != nil {
		return nil, err
	}
	if !whole || v.err != nil {
		return v, nil
	}
	if err := v.readManifest(&r); err != nil {
		return nil, err
	}
	if v.err != nil {
		return v, nil
	}
	for _, level := range levelsFrom(sdk) {
		if _, err := v.beforeContent(level); err == nil {
			v.wanted = true
			break
		}
	}
	return v, nil
}

// list makes the slots and counts the signature files.
func (v *v1) list(f *apkfile.File) error {
	v.byName = make(map[string]int, len(f.Entries))
	v.slots = make([]slot, 0, len(f.Entries))
	for i := range f.Entries {
		e := &f.Entries[i]
		if strings.HasSuffix(e.Name, "/") {
			continue
		}
		if _, twice := v.byName[e.Name]; twice {
			v.fail("two entries are named %q", clip(e.Name))
			continue
		}
		v.byName[e.Name] = len(v.slots)
		v.slots = append(v.slots, slot{entry: e})
		if isSignature(e.Name) {
			if v.files++; v.files > maxSignatureFiles {
				return tooBig("more than %d signatures in META-INF", maxSignatureFiles)
			}
		}
	}
	return nil
}

// fail notes the first reason why the scheme does not hold anywhere.
func (v *v1) fail(format string, args ...any) {
	if v.err == nil {
		v.err = fmt.Errorf(format, args...)
	}
}

// beforeContent checks all but the content of the entries, as API levels from sdk on do. It returns the
// signers that count.
func (v *v1) beforeContent(sdk int) (signers map[*v1Signer]*certificate, err error) {
	if v.err != nil {
		return nil, v.err
	}
	signers = make(map[*v1Signer]*certificate)
	for _, s := range v.signers {
		c, err := s.signer(sdk)
		if err != nil {
			return nil, err
		}
		signers[s] = c
	}
	for _, s := range v.signers {
		err := s.compare(v, sdk)
		if errors.Is(err, errIgnored) {
			delete(signers, s)
		} else if err != nil {
			return nil, err
		}
	}
	if len(signers) == 0 {
		return nil, errors.New("no signature file in META-INF counts")
	}
	return signers, nil
}

// stripped says which scheme is missing that the signature file says is there.
func (v *v1) stripped(ids string) error {
	for id := range strings.SplitSeq(ids, ",") {
		switch n, err := strconv.Atoi(strings.TrimSpace(id)); {
		case err == nil && n == 2 && v.blocks.v2 == nil:
			return &strippedError{"v2", "v1"}
		case err == nil && n == 3 && v.blocks.v3 == nil:
			return &strippedError{"v3", "v1"}
		}
	}
	return nil
}

// strippedError tells of a scheme that another one says is there.
type strippedError struct{ missing, by string }

func (e *strippedError) Error() string {
	return fmt.Sprintf("the %s signature says that there is a %s signature, which is missing", e.by, e.missing)
}

// at checks the scheme as API levels from sdk on do, once the content is known.
func (v *v1) at(sdk int) ([]*v1Signer, []*certificate, error) {
	signers, err := v.beforeContent(sdk)
	if err != nil {
		return nil, nil, err
	}
	var counting uint16
	for s := range signers {
		counting |= s.bit
	}
	var first *slot
	for i := range v.slots {
		s := &v.slots[i]
		if !covered(s.entry.Name) {
			continue
		}
		if err := s.check(sdk, counting, first); err != nil {
			return nil, nil, err
		}
		if first == nil {
			first = s
		}
	}
	if first == nil {
		return nil, nil, errors.New("nothing is signed")
	}
	var used []*v1Signer
	var certificates []*certificate
	for _, s := range v.signers { // in the order of the directory
		if c := signers[s]; c != nil && s.bit&first.signers != 0 {
			used, certificates = append(used, s), append(certificates, c)
		}
	}
	return used, certificates, nil
}

// clip keeps hostile names short in errors.
func clip(s string) string {
	if len(s) > 80 {
		return s[:80] + "…"
	}
	return s
}
