package apksign

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
)

// API levels from which on Android goes by a scheme.
const (
	firstV2  = 24 // Android 7.0
	firstV3  = 28 // Android 9
	firstV31 = 33 // Android 13
	anySDK   = math.MaxInt32
)

// scheme is one of the schemes of the signing block.
type scheme struct {
	name    string
	signers []*blockSigner
	lineage []node
	err     error // why it does not hold on any version
	first   int   // v3: the API levels that its signers are for
	last    int
}

// parseSchemes reads the schemes of the signing block. The error is one of a limit.
func (c *Check) parseSchemes() (err error) {
	for _, s := range []struct {
		name  string
		block []byte
		to    **scheme
	}{{"v3.1", c.blocks.v31, &c.v31}, {"v3", c.blocks.v3, &c.v3}, {"v2", c.blocks.v2, &c.v2}} {
		if s.block == nil {
			continue
		}
		parsed := &scheme{name: s.name}
		if parsed.signers, err = parseScheme(s.block, s.name != "v2"); err != nil {
			return err
		}
		*s.to = parsed
	}
	for _, s := range []*scheme{c.v31, c.v3, c.v2} {
		if s != nil {
			s.err = c.checkSigners(s)
		}
	}
	return nil
}

// checkSigners checks what does not need the content.
func (c *Check) checkSigners(s *scheme) error {
	if len(s.signers) == 0 {
		return fmt.Errorf("the %s signature has no signers", s.name)
	}
	if len(s.signers) > maxSigners {
		return fmt.Errorf("the %s signature has more than the %d signers that Android takes", s.name, maxSigners)
	}
	for _, signer := range s.signers {
		if signer.err != nil {
			return signer.err
		}
		if slices.Contains(signer.strips, 3) && c.v3 == nil {
			return &strippedError{"v3", "v2"}
		}
	}
	if s.name == "v2" {
		return nil
	}
	return s.checkRanges()
}

// checkRanges checks that the signers follow each other, each with at least the lineage of the one before.
func (s *scheme) checkRanges() error {
	sorted := slices.Clone(s.signers)
	slices.SortStableFunc(sorted, func(a, b *blockSigner) int { return a.minSDK - b.minSDK })
	for i, signer := range sorted {
		if i > 0 && signer.minSDK != s.last+1 {
			return fmt.Errorf("the %s signers leave out API levels or share some", s.name)
		}
		s.last = signer.maxSDK
		if signer.lineage == nil {
			continue
		}
		if len(signer.lineage) < len(s.lineage) || !extends(signer.lineage, s.lineage) {
			return fmt.Errorf("the lineages of the %s signers contradict each other", s.name)
		}
		s.lineage = signer.lineage
	}
	s.first = sorted[0].minSDK
	return nil
}

// checkContent computes the digests of the file that the signatures vouch for and compares them.
func (c *Check) checkContent(ctx context.Context) error {
	var wanted [contentDigests]bool
	for _, s := range c.schemes() {
		if s.err == nil {
			for _, d := range s.vouched() {
				wanted[d] = true
			}
		}
	}
	if wanted == [contentDigests]bool{} {
		return nil
	}
	got, err := newContent(c.r, c.layout).digests(ctx, wanted)
	if err != nil && wanted[verity256] && ctx.Err() == nil { // the rest may be good without it
		c.fails(verity256, err)
		wanted[verity256] = false
		got, err = newContent(c.r, c.layout).digests(ctx, wanted)
	}
	if err != nil {
		return err
	}
	for _, s := range c.schemes() {
		for _, signer := range s.signers {
			if s.err == nil {
				s.err = signer.matches(s.vouched(), &got)
			}
		}
	}
	return nil
}

// fails lets the schemes fail that vouch for a digest that cannot be computed.
func (c *Check) fails(d contentDigest, err error) {
	for _, s := range c.schemes() {
		if s.err == nil && slices.Contains(s.vouched(), d) {
			s.err = err
		}
	}
}

// schemes are those of the signing block that are there, the newest first.
func (c *Check) schemes() (out []*scheme) {
	for _, s := range []*scheme{c.v31, c.v3, c.v2} {
		if s != nil {
			out = append(out, s)
		}
	}
	return out
}

// vouched are the content digests that the signatures of all signers vouch for.
func (s *scheme) vouched() (out []contentDigest) {
	for _, signer := range s.signers {
		for _, d := range signer.content {
			if !slices.Contains(out, d) {
				out = append(out, d)
			}
		}
	}
	return out
}

// rotation is the API level from which on v3.1 counts.
func (c *Check) rotation() int {
	first := anySDK
	for _, s := range c.v31.signers {
		first = min(first, s.minSDK)
	}
	return first
}

// blockErrors checks the schemes of the signing block as API levels from sdk on do.
func (c *Check) v31At(sdk int) error {
	switch {
	case c.v31.err != nil:
		return c.v31.err
	case c.v31.last < anySDK:
		return fmt.Errorf("the v3.1 signers are for the API levels %d to %d only", c.v31.first, c.v31.last)
	case c.v3 == nil && c.rotation() > sdk:
		return errors.New("there is a v3.1 signature without a v3 one")
	}
	return nil
}

// v3At checks v3, which has to cover the API levels from sdk on that v3.1 does not.
func (c *Check) v3At(sdk int) error {
	s := c.v3
	if s.err != nil {
		return s.err
	}
	last := anySDK
	if c.v31 != nil {
		last = c.rotation() - 1
	}
	for _, signer := range s.signers {
		switch {
		case signer.rotation == 0:
		case c.v31 == nil:
			return &strippedError{"v3.1", "v3"}
		case signer.rotation != c.rotation():
			return fmt.Errorf("the v3 signature says that v3.1 counts from API level %d on, v3.1 from %d on", signer.rotation, c.rotation())
		}
	}
	if s.first > max(sdk, firstV3) || s.last < last {
		return fmt.Errorf("the v3 signers are for the API levels %d to %d only", s.first, s.last)
	}
	return nil
}

// v2At checks v2.
func (c *Check) v2At(sdk int) error {
	if c.v2.err != nil {
		return c.v2.err
	}
	for _, s := range c.v2.signers {
		if s.knownFrom > max(sdk, firstV2) {
			return fmt.Errorf("the signature algorithms are known only from API level %d on", s.knownFrom)
		}
	}
	return nil
}

// certificates are the signing certificates of a scheme, the newest API levels first.
func (s *scheme) certificates() (out []*certificate) {
	sorted := slices.Clone(s.signers)
	slices.SortStableFunc(sorted, func(a, b *blockSigner) int { return b.maxSDK - a.maxSDK })
	for _, signer := range sorted {
		if len(signer.certs) > 0 && !hasCertificate(out, signer.certs[0]) {
			out = append(out, signer.certs[0])
		}
	}
	return out
}

func hasCertificate(list []*certificate, c *certificate) bool {
	return slices.ContainsFunc(list, func(have *certificate) bool { return bytes.Equal(have.raw, c.raw) })
}
