package apksign

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// blockSigner is one signer of a scheme in the signing block.
type blockSigner struct {
	minSDK, maxSDK int // the API levels it is for; v3 only
	signatures     []blockSignature
	digests        []blockDigest
	certs          []*certificate
	certErr        error
	content        []contentDigest // the digests that its signatures vouch for
	knownFrom      int             // the first API level that knows one of its algorithms
	strips         []uint32        // schemes that v2 says are there
	rotation       int             // the API level from which v3 says that v3.1 counts, 0 when it does not
	lineage        []node
	err            error // why it does not hold, the content aside
}

type blockDigest struct {
	id  uint32
	sum []byte
}

// parseScheme reads the signers of a scheme. The error is one of a limit; what is wrong with a signer is in it.
func parseScheme(block []byte, v3 bool) ([]*blockSigner, error) {
	outer := fields{rest: block}
	list := outer.list()
	var signers []*blockSigner
	for list.more() {
		if len(signers) > maxSigners {
			return nil, tooBig("more than %d signers", maxSigners)
		}
		f := list.list()
		s := &blockSigner{}
		if s.err = s.parse(f, v3); isLimit(s.err) {
			return nil, s.err
		}
		signers = append(signers, s)
	}
	if list.bad && len(signers) == 0 {
		return []*blockSigner{{err: errSigner}}, nil
	}
	return signers, nil
}

var errSigner = errors.New("a signer is malformed")

// parse reads a signer and checks its signatures over what it says of the content.
func (s *blockSigner) parse(f *fields, v3 bool) error {
	signed := f.bytes()
	if v3 {
		s.minSDK, s.maxSDK = sdkOf(f.uint32()), sdkOf(f.uint32())
	}
	signatures := f.list()
	key := f.bytes()
	if f.bad {
		return errSigner
	}
	data := fields{rest: signed}
	digests, certificates := data.list(), data.list()
	s.certs, s.certErr = readCertificates(certificates)
	if isLimit(s.certErr) {
		return s.certErr
	}
	if v3 && (s.minSDK < 0 || s.minSDK > s.maxSDK) {
		return fmt.Errorf("a signer is for the API levels %d to %d", s.minSDK, s.maxSDK)
	}
	if err := s.readSignatures(signatures); err != nil {
		return err
	}
	if err := s.verify(signed, key, v3); err != nil {
		return err
	}
	if v3 && (sdkOf(data.uint32()) != s.minSDK || sdkOf(data.uint32()) != s.maxSDK) {
		return errors.New("a signer's API levels are not those that it signs")
	}
	attributes := data.list()
	if data.bad {
		return errSigner
	}
	if err := s.checkKey(key); err != nil {
		return err
	}
	if err := s.readDigests(digests); err != nil {
		return err
	}
	return s.readAttributes(attributes, v3)
}

// sdkOf is an API level as signing blocks hold it, below 0 where it is beyond what Android takes.
func sdkOf(v uint32) int { return int(int32(v)) }

func readCertificates(list *fields) (certs []*certificate, err error) {
	for list.more() {
		if len(certs) >= maxChain {
			return certs, tooBig("a signer has more than %d certificates", maxChain)
		}
		raw := list.bytes()
		if list.bad {
			break
		}
		c, err := parseCertificate(raw)
		if err != nil {
			return certs, err
		}
		certs = append(certs, c)
	}
	if list.bad {
		return certs, errSigner
	}
	return certs, nil
}

func (s *blockSigner) readSignatures(list *fields) error {
	for list.more() {
		if len(s.signatures) >= maxSignatures {
			return tooBig("a signer has more than %d signatures", maxSignatures)
		}
		f := list.list()
		id, value := f.uint32(), f.bytes()
		if f.bad {
			return errSigner
		}
		s.signatures = append(s.signatures, blockSignature{id, value, blockAlgorithms[id]})
	}
	if list.bad {
		return errSigner
	}
	if len(s.signatures) == 0 {
		return errors.New("a signer has no signature")
	}
	return nil
}

// verify checks the signatures that Android looks at.
func (s *blockSigner) verify(signed, encodedKey []byte, v3 bool) error {
	last := anySDK
	if v3 {
		last = s.maxSDK
	}
	chosen, from, err := choose(s.signatures, last)
	if err != nil {
		return err
	}
	s.knownFrom = from
	if v3 && s.minSDK < from {
		return fmt.Errorf("a signer is for API levels from %d on, its algorithms from %d on", s.minSDK, from)
	}
	key, err := parseKey(encodedKey)
	if err != nil {
		return err
	}
	for _, c := range chosen {
		if err := c.algorithm.verify(key, signed, c.value); err != nil {
			return err
		}
		if !slices.Contains(s.content, c.algorithm.content) {
			s.content = append(s.content, c.algorithm.content)
		}
	}
	return nil
}

// checkKey checks that the key that signed is the one of the certificate.
func (s *blockSigner) checkKey(encoded []byte) error {
	if s.certErr != nil {
		return s.certErr
	}
	if len(s.certs) == 0 {
		return errors.New("a signer has no certificate")
	}
	c := s.certs[0]
	if bytes.Equal(encoded, c.spki) || c.key != nil && bytes.Equal(encoded, c.key.encoded()) {
		return nil
	}
	return errors.New("the key that signed is not the one of the certificate")
}

// readDigests reads the digests of the content, one for each signature.
func (s *blockSigner) readDigests(list *fields) error {
	for list.more() {
		f := list.list()
		id, sum := f.uint32(), f.bytes()
		if f.bad {
			return errSigner
		}
		if n := len(s.digests); n >= len(s.signatures) || s.signatures[n].id != id {
			return errors.New("a signer's digests are not for the algorithms of its signatures")
		}
		s.digests = append(s.digests, blockDigest{id, sum})
	}
	if list.bad || len(s.digests) != len(s.signatures) {
		return errors.New("a signer's digests are not for the algorithms of its signatures")
	}
	return nil
}

// Attributes of signers.
const (
	attrStripping = 0xbeeff00d // v2: a newer scheme is there
	attrLineage   = 0x3ba06f8c // v3: earlier keys
	attrRotation  = 0x559f8b02 // v3: from which API level on v3.1 counts
)

func (s *blockSigner) readAttributes(list *fields, v3 bool) error {
	for list.more() {
		f := list.list()
		id := f.uint32()
		if f.bad {
			return errSigner
		}
		switch {
		case id == attrStripping && !v3:
			if len(f.rest) < 4 {
				return errSigner
			}
			s.strips = append(s.strips, binary.LittleEndian.Uint32(f.rest))
		case id == attrLineage && v3:
			if s.lineage != nil {
				return errors.New("a signer has two lineages")
			}
			var err error
			if s.lineage, err = readLineage(f.rest); err != nil {
				return err
			}
			if n := len(s.lineage); n == 0 || !bytes.Equal(s.lineage[n-1].cert.raw, s.certs[0].raw) {
				return errors.New("the lineage does not end with the certificate that signs")
			}
		case id == attrRotation && v3:
			if len(f.rest) < 4 {
				return errSigner
			}
			s.rotation = int(binary.LittleEndian.Uint32(f.rest))
		}
	}
	if list.bad {
		return errSigner
	}
	return nil
}

// matches checks the digests that the signatures vouch for against those of the file.
func (s *blockSigner) matches(vouched []contentDigest, got *[contentDigests][]byte) error {
	for _, d := range s.digests {
		a := blockAlgorithms[d.id]
		if a == nil || !slices.Contains(vouched, a.content) {
			continue
		}
		if !bytes.Equal(d.sum, got[a.content]) {
			return fmt.Errorf("the content of the file does not match the signed digest (%s)", a.name)
		}
	}
	return nil
}
