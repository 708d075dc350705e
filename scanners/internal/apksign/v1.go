package apksign

import (
	"bytes"
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

// metaReader reads files of META-INF within a limit on all together.
type metaReader struct {
	ctx  context.Context
	f    *apkfile.File
	left int64
}

// read takes a file whole. Limits end the check, a broken entry is broken too for Android.
func (r *metaReader) read(e *apkfile.Entry, limit int64) (data []byte, broken, err error) {
	if limit > r.left {
		limit = r.left
	}
	if e.Size > limit {
		return nil, nil, tooBig("%q claims %d bytes, more than the limit of %d", clip(e.Name), e.Size, limit)
	}
	if oddMethod(e) {
		data, err = inflateOdd(r.f, e)
	} else {
		data, err = r.f.Read(r.ctx, e, limit)
	}
	r.left -= int64(len(data))
	var reached *apkfile.LimitError
	if errors.As(err, &reached) || r.ctx.Err() != nil {
		return nil, nil, &NotCheckedError{Reason: err.Error(), Limit: true}
	}
	return data, err, nil
}

// readSigners reads the signatures and the signature files that they sign.
func (v *v1) readSigners(r *metaReader) error {
	for i := range v.slots {
		e := v.slots[i].entry
		if !isSignature(e.Name) {
			continue
		}
		at, ok := v.byName[strings.TrimSuffix(e.Name, path.Ext(e.Name))+".SF"]
		if !ok {
			continue // Android passes over a signature without its file
		}
		s := &v1Signer{name: e.Name, fileName: v.slots[at].entry.Name, sections: make(map[bool]error)}
		block, broken, err := r.read(e, maxSignature)
		if err != nil {
			return err
		}
		if broken == nil {
			s.file, broken, err = r.read(v.slots[at].entry, maxManifest)
		}
		if err != nil {
			return err
		}
		if broken != nil {
			v.fail("%w", broken)
			return nil
		}
		if s.data, s.dataErr = parsePKCS7(block); isLimit(s.dataErr) {
			return s.dataErr
		}
		if s.data != nil && isLimit(s.data.certErr) {
			return s.data.certErr
		}
		s.bit = 1 << len(v.signers)
		v.signers = append(v.signers, s)
	}
	if len(v.signers) == 0 {
		v.fail("no signature in META-INF has its .SF file")
	}
	if len(v.signers) > maxSigners {
		v.fail("%d signers, more than the %d that Android takes", len(v.signers), maxSigners)
		v.signers = v.signers[:maxSigners]
	}
	return nil
}

// readManifest reads the digests of the entries.
func (v *v1) readManifest(r *metaReader) error {
	at, ok := v.byName[metaManifest]
	if !ok {
		v.fail("%s is missing", metaManifest)
		return nil
	}
	var broken, err error
	if v.manifest, broken, err = r.read(v.slots[at].entry, maxManifest); err != nil {
		return err
	}
	if broken != nil {
		v.fail("%w", broken)
		return nil
	}
	jar := jarReader{data: v.manifest}
	jar.section() // the main one
	for {
		s, ok := jar.section()
		if !ok {
			return nil
		}
		name, named := s.name()
		if !named {
			v.fail("a section of %s has no name", metaManifest)
			return nil
		}
		i, ok := v.byName[string(name)]
		if !ok {
			v.fail("%s names %q, which is missing", metaManifest, clip(string(name)))
			return nil
		}
		e := &v.slots[i]
		if e.end != 0 {
			v.fail("%s names %q twice", metaManifest, clip(string(name)))
			return nil
		}
		e.start, e.end = s.start, s.end
		if covered(e.entry.Name) {
			e.digests, e.digestErr = s.digests("-Digest", v.sdk)
		}
	}
}

// signer finds the certificate of a signature file as API levels from sdk on do.
func (s *v1Signer) signer(sdk int) (*certificate, error) {
	if s.dataErr != nil {
		return nil, fmt.Errorf("%s: %w", s.name, s.dataErr)
	}
	if s.data.certErr != nil {
		return nil, fmt.Errorf("%s: %w", s.name, s.data.certErr)
	}
	try := s.data.signers
	if sdk < firstV2 && len(try) > 1 {
		try = try[:1] // only newer versions look at the rest
	}
	var found *certificate
	for i := range try {
		c, err := s.data.verify(&try[i], s.file, sdk)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
		if found == nil {
			found = c
		}
	}
	if found == nil {
		return nil, fmt.Errorf("%s does not sign %s", s.name, s.fileName)
	}
	return found, nil
}

// errIgnored tells that Android passes over a signature file as if it were not there.
var errIgnored = errors.New("the signature file is malformed")

// compare checks what a signature file says of the manifest, as API levels from sdk on do.
func (s *v1Signer) compare(v *v1, sdk int) error {
	early := sdk < firstStrongest
	err, done := s.sections[early]
	if !done {
		err = s.compareFile(v, sdk)
		s.sections[early] = err
	}
	return err
}

func (s *v1Signer) compareFile(v *v1, sdk int) error {
	jar := jarReader{data: s.file}
	main, _ := jar.section()
	if _, ok := main.value("Signature-Version"); !ok {
		return errIgnored
	}
	if ids, ok := main.value("X-Android-APK-Signed"); ok {
		if err := v.stripped(string(ids)); err != nil {
			return err
		}
	}
	createdBy, _ := main.value("Created-By")
	signtool := bytes.Contains(createdBy, []byte("signtool"))
	suffix := "-Digest-Manifest"
	if signtool {
		suffix = "-Digest"
	}
	whole, err := main.digests(suffix, sdk)
	if err != nil {
		return fmt.Errorf("%s: %w", s.fileName, err)
	}
	if !signtool {
		if err := s.compareMain(v, &main, sdk); err != nil {
			return err
		}
	}
	return s.compareSections(v, &jar, sdk, signtool, whole.matches(sdk, v.manifest))
}

// compareMain checks the digest of the manifest's first section, where there is one.
func (s *v1Signer) compareMain(v *v1, main *jarSection, sdk int) error {
	d, err := main.digests("-Digest-Manifest-Main-Attributes", sdk)
	if err != nil {
		return fmt.Errorf("%s: %w", s.fileName, err)
	}
	jar := jarReader{data: v.manifest}
	first, _ := jar.section()
	if d.known(sdk) && !d.matches(sdk, v.manifest[first.start:first.end]) {
		return fmt.Errorf("the digest that %s holds of the main section of %s does not match", s.fileName, metaManifest)
	}
	return nil
}

// compareSections notes which entries the file names. Where the digest of the whole manifest matches, the
// digests of its sections do not count.
func (s *v1Signer) compareSections(v *v1, jar *jarReader, sdk int, signtool, whole bool) error {
	named := make([]bool, len(v.slots))
	others := make(map[string]bool)
	for {
		section, ok := jar.section()
		if !ok {
			return nil
		}
		name, ok := section.name()
		if !ok {
			return errIgnored
		}
		i, known := v.byName[string(name)]
		if !known && others[string(name)] || known && named[i] {
			return errIgnored
		}
		if known {
			named[i] = true
			v.slots[i].signers |= s.bit
		} else {
			others[string(name)] = true
		}
		if whole {
			continue
		}
		if !known || v.slots[i].end == 0 {
			return errIgnored
		}
		if err := s.compareSection(v, &section, &v.slots[i], sdk, signtool); err != nil {
			return err
		}
	}
}

func (s *v1Signer) compareSection(v *v1, section *jarSection, e *slot, sdk int, signtool bool) error {
	d, err := section.digests("-Digest", sdk)
	if err != nil {
		return fmt.Errorf("%s: %w", s.fileName, err)
	}
	text := v.manifest[e.start:e.end]
	if signtool && bytes.HasSuffix(text, []byte("\n\n")) {
		text = text[:len(text)-1]
	}
	if !d.matches(sdk, text) {
		return fmt.Errorf("the digest that %s holds of the section of %q in %s does not match", s.fileName, clip(e.entry.Name), metaManifest)
	}
	return nil
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

// wants reports whether the content of an entry counts, and is not known yet.
func (s *slot) wants() bool {
	return s.end != 0 && covered(s.entry.Name) && s.signers != 0 && s.digestErr == nil &&
		(s.digests.early.hash != 0 || s.digests.late.hash != 0) && s.state.Load() == 0
}

// slot finds the slot of an entry, nil when there is none.
func (v *v1) slot(e *apkfile.Entry) *slot {
	if i, ok := v.byName[e.Name]; ok && v.slots[i].entry == e {
		return &v.slots[i]
	}
	return nil
}

// add compares the content of an entry with its digests.
func (s *slot) add(content []byte) {
	state := uint32(seen)
	early, late := &s.digests.early, &s.digests.late
	if late.hash != 0 && late.matches(content) {
		state |= lateHolds
	}
	switch {
	case early.hash == 0:
	case *early == *late:
		if state&lateHolds != 0 {
			state |= earlyHolds
		}
	case early.matches(content):
		state |= earlyHolds
	}
	s.state.Store(state)
}

// holds reports whether the content matches what counts from sdk on.
func (s *slot) holds(sdk int) bool {
	state := s.state.Load()
	if sdk >= firstStrongest {
		return state&lateHolds != 0
	}
	return state&earlyHolds != 0 && (s.digests.late.hash == 0 || state&lateHolds != 0)
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

// check checks one entry. All entries have to be signed by the same signers as the first.
func (s *slot) check(sdk int, counting uint16, first *slot) error {
	name := clip(s.entry.Name)
	switch {
	case s.end == 0:
		return fmt.Errorf("%q is not in %s", name, metaManifest)
	case s.signers&counting == 0:
		return fmt.Errorf("%q is not signed", name)
	case first != nil && s.signers&counting != first.signers&counting:
		return fmt.Errorf("%q and %q are signed by different signers", clip(first.entry.Name), name)
	case s.digestErr != nil:
		return fmt.Errorf("the digest of %q in %s is malformed: %w", name, metaManifest, s.digestErr)
	case !s.digests.known(sdk):
		return fmt.Errorf("%s holds no digest of %q that counts", metaManifest, name)
	case s.state.Load()&unreadable != 0:
		return fmt.Errorf("%q cannot be unpacked", name)
	case !s.holds(sdk):
		return fmt.Errorf("the content of %q does not match its digest in %s", name, metaManifest)
	}
	return nil
}

// clip keeps hostile names short in errors.
func clip(s string) string {
	if len(s) > 80 {
		return s[:80] + "…"
	}
	return s
}
