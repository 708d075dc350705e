package apksign

import (
	"quaestor/scanners/inventory"
)

// schemeChecks lists every scheme that is there, the oldest first: the API levels that go by it, whether it
// holds there, and who signs. One that holds only from some level on is listed in two parts. A v1 signature by
// which no version goes that the app runs on is left out, as its content was not looked at.
func (c *Check) schemeChecks() (out []inventory.SchemeCheck) {
	if c.v1.files > 0 && c.goesByV1(c.minSDK) {
		out = append(out, c.v1Checks()...)
	}
	if c.v2 != nil {
		out = append(out, c.blockChecks(c.v2, firstV2, c.end(firstV3, c.v3 != nil || c.v31 != nil), c.v2At)...)
	}
	if c.v3 != nil {
		last := 0
		if c.v31 != nil {
			// Versions that do not know v3.1 go by v3 whatever v3.1 says.
			last = max(c.rotation()-1, min(c.v3.last, firstV31-1))
		}
		out = append(out, c.blockChecks(c.v3, firstV3, last, c.v3At)...)
	}
	if c.v31 != nil {
		out = append(out, c.blockChecks(c.v31, max(c.rotation(), firstV31), 0, c.v31At)...)
	}
	return out
}

// end is the last API level that goes by a scheme when there is a newer one.
func (c *Check) end(next int, newer bool) int {
	if newer {
		return next - 1
	}
	return 0
}

// blockChecks is the answer for a scheme of the signing block. The API levels begin with the lowest that the
// app runs on, unless none of them goes by the scheme.
func (c *Check) blockChecks(s *scheme, from, to int, at func(sdk int) error) []inventory.SchemeCheck {
	check := inventory.SchemeCheck{Scheme: s.name, MinSDK: from, MaxSDK: to, Signers: fingerprints(s.certificates())}
	if c.minSDK > from && (to == 0 || c.minSDK <= to) {
		check.MinSDK = c.minSDK
	}
	err := at(check.MinSDK)
	if err == nil {
		check.Verified = true
		return []inventory.SchemeCheck{check}
	}
	check.Error = inventory.Text(err.Error())
	for _, sdk := range levelsFrom(check.MinSDK)[1:] {
		if (to == 0 || sdk <= to) && at(sdk) == nil {
			later := check
			later.Verified, later.Error, later.MinSDK = true, "", sdk
			check.MaxSDK = sdk - 1
			return []inventory.SchemeCheck{check, later}
		}
	}
	return []inventory.SchemeCheck{check}
}

// v1Checks is the answer for v1.
func (c *Check) v1Checks() []inventory.SchemeCheck {
	check := inventory.SchemeCheck{Scheme: "v1", MinSDK: c.minSDK, MaxSDK: c.lastV1(), Signers: fingerprints(c.v1.named())}
	_, certificates, err := c.v1At(c.minSDK)
	if err == nil {
		check.Verified, check.Signers = true, fingerprints(certificates)
		return []inventory.SchemeCheck{check}
	}
	check.Error = inventory.Text(err.Error())
	for _, sdk := range levelsFrom(c.minSDK)[1:] {
		if !c.goesByV1(sdk) {
			break
		}
		if _, certificates, err := c.v1At(sdk); err == nil {
			later := inventory.SchemeCheck{Scheme: "v1", Verified: true, MinSDK: sdk, MaxSDK: check.MaxSDK, Signers: fingerprints(certificates)}
			check.MaxSDK = sdk - 1
			return []inventory.SchemeCheck{check, later}
		}
	}
	return []inventory.SchemeCheck{check}
}

// uncovered are the API levels from a lowest one on for which no check of a scheme holds. The checks are in the
// order of their levels.
func uncovered(checks []inventory.SchemeCheck, sdk int) (out []inventory.APILevels) {
	for _, c := range checks {
		if !c.Verified || c.MaxSDK > 0 && c.MaxSDK < sdk {
			continue
		}
		if c.MinSDK > sdk {
			out = append(out, inventory.APILevels{From: sdk, To: c.MinSDK - 1})
		}
		if c.MaxSDK == 0 {
			return out
		}
		sdk = c.MaxSDK + 1
	}
	return append(out, inventory.APILevels{From: sdk})
}

func fingerprints(certificates []*certificate) (out []string) {
	for _, c := range certificates {
		out = append(out, fingerprint(c))
	}
	return out
}
