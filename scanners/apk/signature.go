package apk

import (
	"errors"

	"quaestor/scanners/internal/apkfile"
	"quaestor/scanners/internal/apksign"
	"quaestor/scanners/inventory"
)

// sdk is an API level of the manifest, or what the codename of a preview stands for.
func sdk(level int, codename string) int {
	if codename != "" {
		return apksign.CodenameSDK(codename)
	}
	return level
}

// openSignature reads what the container says of its signature. From then on it is known which entries it covers.
func (p *pass) openSignature() {
	b := &p.r.bin
	p.check, p.checkErr = apksign.Open(p.ctx, p.r.m.r, p.r.m.size, p.f, sdk(b.MinSDK, b.MinSDKCodename))
	if p.check != nil {
		p.check.Target(sdk(b.TargetSDK, b.TargetSDKCodename), p.r.sandbox)
	}
}

// covered reports whether the signature needs the content of an entry. It waits until that is known.
func (p *pass) covered(e *apkfile.Entry) bool {
	<-p.ready
	return p.check != nil && p.check.Wants(e)
}

// digest hands over the content of an entry to whoever checks the signature.
func (p *pass) digest(e *apkfile.Entry, content []byte) {
	if p.covered(e) {
		p.check.Entry(e, content)
	}
}

// unpacked is an entry with its content.
type unpacked struct {
	entry   *apkfile.Entry
	content []byte
}

// early goes on with what was read before it was known which entries the signature covers. Manifest and resources
// hold addresses too, in strings and in what is said to libraries.
func (p *pass) early() {
	for _, u := range p.r.early {
		if p.check != nil {
			p.check.Entry(u.entry, u.content)
		}
		p.r.code.addresses.Add(u.content, u.entry.Clean())
	}
	p.r.early = nil
}

// signature checks who signed, after all entries were handed over. What stands in the way of checking is a Gap.
func (p *pass) signature() error {
	res, err := apksign.Result{}, p.checkErr
	if p.check != nil {
		res, err = p.check.Result(p.ctx)
	}
	if p.ctx.Err() != nil {
		return p.ctx.Err()
	}
	r := p.r
	var not *apksign.NotCheckedError
	if errors.As(err, &not) {
		kind := inventory.GapMalformed
		if not.Limit {
			kind = inventory.GapLimit
		}
		r.gap(kind, "Check it with apksigner.", "the signature was not checked: %v", err)
		r.bin.SignatureError = inventory.Text("not checked: " + err.Error())
		return nil
	}
	r.bin.Signed, r.bin.SignatureError, r.bin.SignedFrom = res.State, res.Error, res.From
	r.bin.Schemes, r.bin.SchemeChecks, r.bin.Signers, r.bin.Uncovered = res.Schemes, res.SchemeChecks, res.Signers, res.Uncovered
	r.bin.Marks = append(r.bin.Marks, res.Marks...)
	if p.layout.bundle { // who uploads is not who signs the app that phones get
		for i := range r.bin.Signers {
			r.bin.Signers[i].Verified = false
		}
	}
	return err
}
