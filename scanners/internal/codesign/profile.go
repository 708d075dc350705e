package codesign

import (
	"cmp"
	"errors"
	"fmt"

	"quaestor/scanners/internal/cms"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

// Profile reads a provisioning profile. What it says comes also where the signature over it does not hold or does not
// lead to Apple; then Verified is not set, and problem says why.
func Profile(data []byte, roots Roots) (p *inventory.Provisioning, problem, err error) {
	signed, err := cms.Parse(data)
	if err != nil {
		return nil, nil, err
	}
	if signed.Content == nil {
		return nil, nil, errors.New("the profile has no content")
	}
	d, err := dictionary(signed.Content)
	if err != nil {
		return nil, nil, fmt.Errorf("the profile cannot be read: %w", err)
	}
	p = facts(d)
	problem = apples(signed, roots)
	p.Verified = problem == nil
	return p, problem, nil
}

// apples checks that Apple signed a profile.
func apples(signed *cms.SignedData, roots Roots) error {
	signer, err := signed.Verify(nil)
	if err != nil {
		return err
	}
	if !signsProfiles(signer.Certificate) {
		return errors.New("the certificate is not one with which Apple signs profiles")
	}
	return signer.Chain(roots.has, ofApple)
}

// facts takes what a profile says. Which devices it names is counted only.
func facts(d map[string]any) *inventory.Provisioning {
	text := func(path ...string) string { return inventory.Text(plist.Text(d, path...)) }
	p := &inventory.Provisioning{UUID: text("UUID"), Name: text("Name"), TeamName: text("TeamName"), Devices: len(plist.List(d, "ProvisionedDevices")),
		Created: plist.Time(d, "CreationDate"), Expires: plist.Time(d, "ExpirationDate")}
	if teams := plist.Texts(d, "TeamIdentifier"); len(teams) > 0 {
		p.Team = inventory.Text(teams[0])
	}
	for _, key := range []string{"application-identifier", "com.apple.application-identifier"} {
		p.AppID = cmp.Or(p.AppID, text("Entitlements", key))
	}
	switch {
	case plist.Bool(d, "ProvisionsAllDevices"):
		p.Kind = "enterprise"
	case plist.Bool(d, "Entitlements", "get-task-allow"), plist.Bool(d, "Entitlements", "com.apple.security.get-task-allow"):
		p.Kind = "development"
	case p.Devices > 0:
		p.Kind = "ad-hoc"
	case d["Entitlements"] != nil:
		p.Kind = "app-store"
	}
	return p
}
