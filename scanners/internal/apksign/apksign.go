// Package apksign checks the signature of an APK: which schemes hold on which versions of Android, and who
// signed.
//
// Everything is decided as Android decides it, after the rules of its own library apksig: v1 (signed JAR), v2,
// v3 and v3.1 (APK signing block), with the rotation of keys, the protection against stripped schemes, and
// what older versions do not know. Another implementation in Go, github.com/avast/apkverifier, is what the
// tests compare with. It is not used here because it unpacks every entry itself, one after the other, and
// holds whole files and keys of any length on the word of the file; a [Check] takes the content of the entries
// from whoever unpacks them anyway, computes the digests of the file in parallel, and measures before it
// computes.
//
// What the package cannot see: whether a certificate belongs to who it names (nobody vouches for Android
// signing certificates), whether a device would accept a rotation it has not seen, v4 signatures, which lie
// beside the APK, and whether a source stamp holds: it is only noted.
package apksign

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"quaestor/scanners/internal/apkfile"
	"quaestor/scanners/inventory"
)

// Limits on what a check may cost. What Android takes lies well below all of them.
const (
	maxBlock          = 8 << 20  // APK signing block; ordinary ones have some kilobytes
	maxScheme         = 96 << 10 // one scheme in it, which bounds the number of long keys
	maxSignature      = 48 << 10 // META-INF/*.RSA, *.DSA, *.EC
	maxManifest       = 16 << 20 // META-INF/MANIFEST.MF and *.SF
	maxMetaBytes      = 40 << 20 // all these files of META-INF together
	maxSignatureFiles = 24       // of META-INF
	maxSigners        = 10       // as in Android
	maxSignatures     = 16       // of one signer
	maxChain          = 32       // certificates of one signer
	maxLineage        = 50       // keys of one rotation
	maxUnpacked       = 2 << 30  // all entries together, where v1 needs them
	maxRatio          = 60       // unpacked size to file size, beyond some slack
	ratioSlack        = 64 << 20
)

// Result is what checking showed.
//
// State is valid when the signature holds on every version of Android that the app says it runs on. When it
// holds only from a later one on, up to Android 9, State is valid too, because that is what phones in use
// do, From is that version's API level, and Error says why it does not hold below. So it is valid with From 0
// where apksigner says that it verifies.
type Result struct {
	State   inventory.SignatureState
	From    int    // the API level from which on it holds, where that is not the lowest that the app runs on; else 0
	Error   string // why it does not hold, or below which Android version it does not
	Schemes []string
	Signers []inventory.Signer
	// Uncovered are the API levels that the app runs on and that go by no scheme that holds, of a valid signature.
	Uncovered []inventory.APILevels
	// SchemeChecks has every scheme that is there, with the API levels that go by it, but for a v1 signature by
	// which no version goes that the app runs on: that one is not checked.
	SchemeChecks []inventory.SchemeCheck
	Marks        []inventory.Mark
}

// NotCheckedError says why a signature was not checked; it may still be good.
type NotCheckedError struct {
	Reason string
	Limit  bool // a limit was reached, the file is not malformed
}

func (e *NotCheckedError) Error() string { return e.Reason }

func tooBig(format string, args ...any) error {
	return &NotCheckedError{Reason: fmt.Sprintf(format, args...), Limit: true}
}

// isLimit tells what ends a check from what makes a signature not hold.
func isLimit(err error) bool {
	var n *NotCheckedError
	return errors.As(err, &n)
}

// Check is a signature that is being checked. The content of entries may be handed to it by several
// goroutines at once.
type Check struct {
	r      io.ReaderAt
	f      *apkfile.File
	layout *layout
	blocks *blocks
	minSDK int
	target int // target API level, 0 when not told
	box    int // target sandbox version

	v1          *v1
	v2, v3, v31 *scheme
	janus       bool // the file begins as a DEX file
}

// Open reads what the file says of its signature and checks all but the content. MinSDK is the lowest API
// level that the app runs on, 0 when not told. The error is a [NotCheckedError] or that of ctx.
func Open(ctx context.Context, r io.ReaderAt, size int64, f *apkfile.File, minSDK int) (c *Check, err error) {
	defer recovered(&err)
	if f.Recovered {
		return nil, &NotCheckedError{Reason: "the directory of the container cannot be read; Android would not install it"}
	}
	c = &Check{r: r, f: f, minSDK: max(minSDK, 1)}
	if c.layout, err = readLayout(r, size); err != nil {
		return nil, notChecked(ctx, err)
	}
	if c.layout.directory != f.DirectoryOffset() {
		return nil, &NotCheckedError{Reason: "the directory of the container does not lie where its end record says; Android would not install it"}
	}
	var magic [4]byte
	if _, err := r.ReadAt(magic[:], 0); err == nil {
		c.janus = bytes.Equal(magic[:], []byte("dex\n"))
	}
	if c.blocks, err = readBlock(r, c.layout); err != nil {
		return nil, notChecked(ctx, err)
	}
	if err := c.parseSchemes(); err != nil {
		return nil, notChecked(ctx, err)
	}
	if err := c.openV1(ctx); err != nil {
		return nil, notChecked(ctx, err)
	}
	return c, nil
}

// recovered turns a panic into an error: the input is hostile, and a mistake here must not end a scan.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = &NotCheckedError{Reason: fmt.Sprintf("the signature cannot be parsed: %v", p)}
	}
}

// notChecked makes a NotCheckedError of what is none, but keeps the end of ctx.
func notChecked(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case isLimit(err):
		return err
	}
	return &NotCheckedError{Reason: err.Error()}
}

// openV1 reads the v1 signature, and whether it counts decides how much of it.
func (c *Check) openV1(ctx context.Context) (err error) {
	c.v1, err = openV1(ctx, c.f, c.blocks, c.minSDK, c.goesByV1(c.minSDK))
	if err != nil || !c.v1.wanted {
		return err
	}
	var unpacked int64
	for i := range c.f.Entries {
		unpacked += c.f.Entries[i].Size
	}
	if unpacked > maxUnpacked || unpacked > ratioSlack+maxRatio*c.layout.size {
		return tooBig("the entries claim %d bytes unpacked, too much for a file of %d to be hashed", unpacked, c.layout.size)
	}
	return nil
}

// goesByV1 reports whether some version from an API level on goes by the v1 signature, which is also what those
// do that do not know the schemes of the signing block.
func (c *Check) goesByV1(sdk int) bool { return c.lastV1() == 0 || sdk <= c.lastV1() }

// lastV1 is the last API level that goes by the v1 signature, 0 when all do.
func (c *Check) lastV1() int {
	switch {
	case c.blocks.v2 != nil:
		return firstV2 - 1
	case c.blocks.v3 != nil:
		return firstV3 - 1
	case c.blocks.v31 != nil:
		return firstV31 - 1
	}
	return 0
}

// needsV1 reports whether the v1 signature has to hold for all versions from an API level on. As apksigner does,
// it passes over versions from Android 7 on that do not know the scheme that is there instead of v2.
func (c *Check) needsV1(sdk int) bool { return sdk < firstV2 || !c.blocks.any() }

// Target tells what else the manifest says that bears on signatures: its target API level and its
// targetSandboxVersion, each 0 when it says nothing.
func (c *Check) Target(sdk, sandbox int) { c.target, c.box = sdk, sandbox }

// Wants reports whether the content of an entry is needed and has not been handed in.
func (c *Check) Wants(e *apkfile.Entry) bool {
	if !c.v1.wanted {
		return false
	}
	s := c.v1.slot(e)
	return s != nil && s.wants() && !oddMethod(e)
}

// Entry takes the content of an entry, unpacked and whole. It keeps nothing of it.
func (c *Check) Entry(e *apkfile.Entry, content []byte) {
	if c.Wants(e) {
		c.v1.slot(e).add(content)
	}
}

// Verify does all of a check at once: it unpacks the entries that count itself.
func Verify(ctx context.Context, r io.ReaderAt, size int64, f *apkfile.File, minSDK int) (Result, error) {
	c, err := Open(ctx, r, size, f, minSDK)
	if err != nil {
		return Result{}, err
	}
	return c.Result(ctx)
}

// Result finishes the check. Entries that are wanted and were not handed in are unpacked now. The error is a
// [NotCheckedError] or that of ctx; State is then unknown.
func (c *Check) Result(ctx context.Context) (res Result, err error) {
	defer func() {
		if err != nil {
			res = Result{}
		}
	}()
	defer recovered(&err)
	if c.v1.files == 0 && !c.blocks.any() {
		return Result{State: inventory.SignatureUnsigned, Marks: c.marks(nil)}, nil
	}
	if err := c.readMissing(ctx); err != nil {
		return Result{}, notChecked(ctx, err)
	}
	if err := c.checkContent(ctx); err != nil {
		return Result{}, notChecked(ctx, err)
	}
	return c.conclude(), nil
}
