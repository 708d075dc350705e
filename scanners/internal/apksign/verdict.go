package apksign

import (
	"errors"
	"fmt"
	"slices"

	"quaestor/scanners/inventory"
)

// levels are the API levels at which what counts of a signature changes.
var levels = []struct {
	sdk     int
	android string
}{{9, "2.3"}, {18, "4.3"}, {19, "4.4"}, {21, "5.0"}, {22, "5.1"}, {24, "7.0"}, {28, "9"}}

// levelsFrom are an API level and the later ones at which the answer may be another.
func levelsFrom(sdk int) []int {
	out := []int{sdk}
	for _, l := range levels {
		if l.sdk > sdk {
			out = append(out, l.sdk)
		}
	}
	return out
}

// androidOf names the version of Android with an API level.
func androidOf(sdk int) string {
	for _, l := range levels {
		if l.sdk == sdk {
			return "Android " + l.android
		}
	}
	return fmt.Sprintf("API level %d", sdk)
}

// verdict is what holds on all versions from an API level on.
type verdict struct {
	sdk         int
	err         error
	v1          []*certificate
	v1Signers   []*v1Signer
	v1Err       error
	v31, v3, v2 bool // count for one of them
	needsV1     bool
}

// at decides for all versions from an API level on.
func (c *Check) at(sdk int) *verdict {
	v := &verdict{sdk: sdk, needsV1: c.needsV1(sdk)}
	fail := func(err error) {
		if v.err == nil {
			v.err = err
		}
	}
	if v.v31 = c.v31 != nil; v.v31 {
		fail(c.v31At(sdk))
	}
	if v.v3 = c.v3 != nil && (c.v31 == nil || c.rotation() > max(sdk, firstV3)); v.v3 {
		fail(c.v3At(sdk))
	}
	if v.v2 = c.v2 != nil && (sdk < firstV3 || c.v3 == nil && c.v31 == nil); v.v2 {
		fail(c.v2At(sdk))
	}
	if c.box > 1 && !c.blocks.any() {
		fail(fmt.Errorf("an app for sandbox version %d needs a v2 signature", c.box))
	}
	if v.needsV1 {
		v.v1Signers, v.v1, v.v1Err = c.v1At(sdk)
		fail(v.v1Err)
	}
	fail(c.sameSigners(v))
	if c.target >= 30 && !c.blocks.any() {
		fail(fmt.Errorf("an app that targets API level %d needs a v2 signature", c.target))
	}
	return v
}

// v1At checks v1.
func (c *Check) v1At(sdk int) ([]*v1Signer, []*certificate, error) {
	signers, certificates, err := c.v1.at(sdk)
	if c.janus {
		err = errors.New("a DEX file lies before the archive, which the v1 signature does not cover (Janus)")
	}
	return signers, certificates, err
}

// sameSigners checks that the schemes that count agree on who signs: v1 and v2 on all signers, v3 on the key
// that its lineage begins with.
func (c *Check) sameSigners(v *verdict) error {
	if v.err != nil {
		return nil
	}
	older := v.v1
	if v.v2 {
		v2 := c.v2.certificates()
		if v.needsV1 && !sameCertificates(v.v1, v2) {
			return errors.New("the v1 and the v2 signature are by different signers")
		}
		older = v2
	}
	if !v.v3 || len(older) == 0 {
		return nil
	}
	return c.v3Follows(older)
}

// v3Follows checks that v3 goes on from the signer of the older schemes.
func (c *Check) v3Follows(older []*certificate) error {
	root := c.v3.certificates()
	switch lineage := c.v3.lineage; {
	case len(older) != 1:
		return errors.New("there are several signers beside a v3 signature, which has one")
	case lineage != nil:
		root = []*certificate{lineage[0].cert}
	case len(root) != 1:
		return errors.New("the v3 signature has several signers and no lineage")
	}
	if !sameCertificates(older, root) {
		return errors.New("the v3 signature does not follow from the signer of the older schemes")
	}
	return nil
}

func sameCertificates(a, b []*certificate) bool {
	within := func(a, b []*certificate) bool {
		return !slices.ContainsFunc(a, func(c *certificate) bool { return !hasCertificate(b, c) })
	}
	return within(a, b) && within(b, a)
}

// conclude makes the result of what holds on the versions that the app runs on, and if that is not all of
// them, of what holds on the later ones.
func (c *Check) conclude() Result {
	var first *verdict
	for _, sdk := range levelsFrom(c.minSDK) {
		v := c.at(sdk)
		if first == nil {
			first = v
		}
		if v.err != nil {
			continue
		}
		res := Result{State: inventory.SignatureValid}
		if v != first {
			res.From = sdk
			res.Error = inventory.Text(fmt.Sprintf("does not hold below %s: %v", androidOf(sdk), first.err))
		}
		c.addValid(&res, v)
		c.finish(&res, v)
		return res
	}
	res := Result{State: inventory.SignatureInvalid, Error: inventory.Text(first.err.Error())}
	c.addUnverified(&res)
	c.finish(&res, nil)
	return res
}

// finish adds what is said of valid and of other signatures alike.
func (c *Check) finish(res *Result, holds *verdict) {
	res.SchemeChecks = c.schemeChecks()
	if holds != nil {
		res.Uncovered = uncovered(res.SchemeChecks, c.minSDK)
	}
	res.Marks = c.marks(holds)
}
