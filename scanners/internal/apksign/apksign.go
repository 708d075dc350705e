// Package apksign checks the signature of an APK: which schemes hold, and who signed.
//
// The checking is apkverifier's. This package decides first whether the file is affordable to check, so that
// a hostile one costs seconds and not hours: everything apkverifier reads whole is measured before.
//
// What the package cannot see: whether a certificate belongs to who it names (nobody vouches for Android
// signing certificates), whether a device would accept a rotation it has not seen, and v4 signatures, which
// lie beside the APK.
package apksign

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"

	"github.com/avast/apkparser"
	"github.com/avast/apkverifier"
	"github.com/avast/apkverifier/apilevel"
	"github.com/avast/apkverifier/signingblock"

	"quaestor/scanners/internal/apkfile"
	"quaestor/scanners/inventory"
)

// Result is what checking showed.
type Result struct {
	State   inventory.SignatureState
	Error   string // why it does not hold, or below which Android version it does not
	Schemes []string
	Signers []inventory.Signer
}

// NotCheckedError says why a signature was not checked; it may still be good.
type NotCheckedError struct {
	Reason string
	Limit  bool // a limit was reached, the file is not malformed
}

func (e *NotCheckedError) Error() string { return e.Reason }

// firstV2 is the first API level that reads signing blocks, Android 7.0.
const firstV2 = 24

// Check verifies the signature of a container. MinSDK is the lowest API level the app runs on, 0 when not
// told. The error is a [NotCheckedError] or that of ctx; State is then unknown.
func Check(ctx context.Context, r io.ReaderAt, size int64, f *apkfile.File, minSDK int) (Result, error) {
	c := checker{ctx: ctx, r: r, size: size, f: f, minSDK: int32(max(minSDK, 1))}
	res, err := c.check()
	if ctx.Err() != nil {
		return Result{}, ctx.Err()
	}
	return res, err
}

type checker struct {
	ctx    context.Context
	r      io.ReaderAt
	size   int64
	f      *apkfile.File
	minSDK int32
	blocks blocks
}

func (c *checker) check() (Result, error) {
	v1, err := c.measure()
	if err != nil {
		return Result{}, err
	}
	if !v1 && !c.blocks.any() {
		return Result{State: inventory.SignatureUnsigned}, nil
	}
	zip, err := c.zip()
	if err != nil {
		return Result{}, err
	}
	defer zip.Close()
	return c.verify(zip)
}

// verify asks whether the signature holds on every version the app supports; if not, whether it holds on
// those that read signing blocks, which is what phones in use do.
func (c *checker) verify(zip *apkparser.ZipReader) (Result, error) {
	min := c.minSDK
	got, err := c.run(zip, min, apilevel.V_AnyMax)
	if notChecked(err) {
		return Result{}, err
	}
	if err == nil {
		return c.valid(zip, got, min, ""), nil
	}
	if min < firstV2 && c.blocks.any() {
		newer, newErr := c.run(zip, firstV2, apilevel.V_AnyMax)
		if notChecked(newErr) {
			return Result{}, newErr
		}
		if newErr == nil {
			return c.valid(zip, newer, firstV2, "does not hold below Android 7.0: "+inventory.Text(err.Error())), nil
		}
		got, err = newer, newErr
	}
	res := Result{State: inventory.SignatureInvalid, Error: inventory.Text(err.Error())}
	res.addSigners(got.SignerCerts, schemeName(got.SigningSchemeId), false)
	return res, nil
}

func notChecked(err error) bool {
	var n *NotCheckedError
	return errors.As(err, &n)
}

// valid lists the schemes that hold. The best one decides; the older ones are checked beside it because
// they may name another signer, after a rotation.
func (c *checker) valid(zip *apkparser.ZipReader, got apkverifier.Result, min int32, note string) Result {
	res := Result{State: inventory.SignatureValid, Error: note}
	best := schemeName(got.SigningSchemeId)
	if min < firstV2 && best != "v1" {
		res.Schemes = append(res.Schemes, "v1") // was needed, and held
	}
	res.addSigners(got.SignerCerts, best, true)
	if block := got.SigningBlockResult; block != nil {
		if older := block.ExtraResults[3]; older != nil && best == "v3.1" {
			res.Schemes = append(res.Schemes, "v3")
			res.addSigners(older.Certs, "v3", true)
		}
		res.addLineage(block.SigningLineage, best)
	}
	if c.blocks.v2 && best != "v2" {
		if certs, err := c.blockOnly(zip, firstV2, apilevel.V8_1_Oreo); err == nil {
			res.Schemes = append(res.Schemes, "v2")
			res.addSigners(certs, "v2", true)
		}
	}
	res.Schemes = append(res.Schemes, best)
	res.sort()
	return res
}

// blockOnly verifies the signing block as Android versions from min to max do.
func (c *checker) blockOnly(zip *apkparser.ZipReader, min, max int32) (certs [][]*x509.Certificate, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the signature cannot be parsed: %v", p)
		}
	}()
	res, _, err := signingblock.VerifySigningBlockReaderWithZip(c.reader(), min, max, zip)
	if err != nil || res == nil {
		return nil, err
	}
	return res.Certs, nil
}

// run calls apkverifier and keeps its panics in.
func (c *checker) run(zip *apkparser.ZipReader, min, max int32) (res apkverifier.Result, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &NotCheckedError{Reason: fmt.Sprintf("the signature cannot be parsed: %v", p)}
		}
	}()
	res, err = apkverifier.VerifyWithSdkVersionReader(c.reader(), zip, min, max)
	if err == nil && (min < firstV2 || schemeName(res.SigningSchemeId) == "v1") {
		err = c.manifestDigest()
	}
	return res, err
}

func (c *checker) reader() io.ReadSeeker { return newReader(c.ctx, c.r, c.size) }
