package apksign

import (
	"bytes"
	"crypto"
	"errors"
	"fmt"
)

// signedData is what a v1 signature file, META-INF/*.RSA, holds: PKCS #7 SignedData without content.
type signedData struct {
	contentType  []byte
	certificates []*certificate
	certErr      error
	signers      []signerInfo
}

type signerInfo struct {
	issuer, serial, keyID []byte
	digest, algorithm     string // object identifiers as encoded
	attributes            []byte // signed attributes with their header, nil where there are none
	signature             []byte
	checked               map[*certificate]bool // whether the signature holds under the certificate's key
}

const (
	oidSignedData    = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
	oidContentType   = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03"
	oidMessageDigest = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04"
)

var errPKCS7 = errors.New("the signature is malformed")

// parsePKCS7 reads a signature file.
func parsePKCS7(data []byte) (*signedData, error) {
	outer, _, err := next(data)
	if err != nil || outer.tag != tagSequence {
		return nil, errPKCS7
	}
	info := inside(outer)
	if string(info.take(tagOID).body) != oidSignedData {
		return nil, errPKCS7
	}
	explicit := inside(info.take(tagContext0))
	w := inside(explicit.take(tagSequence))
	w.take(tagInteger) // version
	w.take(tagSet)     // digest algorithms
	content := inside(w.take(tagSequence))
	sd := &signedData{contentType: content.take(tagOID).body}
	certificates, _ := w.maybe(tagContext0)
	w.maybe(tagContext1) // revocation lists
	signers := inside(w.take(tagSet))
	if info.err != nil || explicit.err != nil || w.err != nil || content.err != nil {
		return nil, errPKCS7
	}
	sd.readCertificates(certificates)
	for signers.more() {
		if len(sd.signers) >= maxSigners {
			return nil, tooBig("a signature file holds more than %d signatures", maxSigners)
		}
		s, err := readSignerInfo(signers.take(tagSequence))
		if err != nil {
			return nil, err
		}
		sd.signers = append(sd.signers, s)
	}
	if signers.err != nil {
		return nil, errPKCS7
	}
	return sd, nil
}

func (sd *signedData) readCertificates(set element) {
	list := inside(set)
	for list.more() {
		if len(sd.certificates) >= maxChain {
			sd.certErr = tooBig("a signature file holds more than %d certificates", maxChain)
			return
		}
		e := list.any()
		if list.err != nil {
			break
		}
		c, err := parseCertificate(e.full)
		if err != nil {
			sd.certErr = err
			return
		}
		sd.certificates = append(sd.certificates, c)
	}
	if list.err != nil {
		sd.certErr = errPKCS7
	}
}

func readSignerInfo(e element) (s signerInfo, err error) {
	w := inside(e)
	w.take(tagInteger) // version
	if id, ok := w.maybe(tagPrimitive0); ok {
		s.keyID = id.body
	} else {
		id := inside(w.take(tagSequence))
		s.issuer, s.serial = id.take(tagSequence).full, id.take(tagInteger).body
		if id.err != nil {
			return s, errPKCS7
		}
	}
	digest := inside(w.take(tagSequence))
	s.digest = string(digest.take(tagOID).body)
	if a, ok := w.maybe(tagContext0); ok {
		s.attributes = a.full
	}
	algorithm := inside(w.take(tagSequence))
	s.algorithm = string(algorithm.take(tagOID).body)
	s.signature = w.take(tagOctets).body
	if w.err != nil || digest.err != nil || algorithm.err != nil {
		return s, errPKCS7
	}
	s.checked = make(map[*certificate]bool)
	return s, nil
}

// certificate finds the certificate that a signature names.
func (sd *signedData) certificate(s *signerInfo) *certificate {
	for _, c := range sd.certificates {
		if s.keyID != nil && bytes.Equal(s.keyID, c.keyID) || s.issuer != nil && sameNumber(s.serial, c.serial) && sameName(s.issuer, c.issuer) {
			return c
		}
	}
	return nil
}

// v1Algorithm is an algorithm of signature files, and the first API level from which all later ones know it.
type v1Algorithm struct {
	hash crypto.Hash
	key  string
	sdk  int
}

// v1Algorithms by the identifiers of digest and signature. Pairs that no Android version of today takes are
// left out: digests of one length under a signature for another, DSA with SHA-384 and SHA-512.
var v1Algorithms = makeV1Algorithms()

func makeV1Algorithms() map[[2]string]v1Algorithm {
	const (
		md5, sha1                      = "\x2a\x86\x48\x86\xf7\x0d\x02\x05", "\x2b\x0e\x03\x02\x1a"
		nist                           = "\x60\x86\x48\x01\x65\x03\x04"
		sha224, sha256, sha384, sha512 = nist + "\x02\x04", nist + "\x02\x01", nist + "\x02\x02", nist + "\x02\x03"
		rsa                            = "\x2a\x86\x48\x86\xf7\x0d\x01\x01"
		dsa, ec                        = "\x2a\x86\x48\xce\x38\x04", "\x2a\x86\x48\xce\x3d"
	)
	return map[[2]string]v1Algorithm{
		{md5, rsa + "\x01"}:           {crypto.MD5, "RSA", 1},
		{sha1, rsa + "\x01"}:          {crypto.SHA1, "RSA", 1},
		{sha224, rsa + "\x01"}:        {crypto.SHA224, "RSA", 21},
		{sha256, rsa + "\x01"}:        {crypto.SHA256, "RSA", 18},
		{sha384, rsa + "\x01"}:        {crypto.SHA384, "RSA", 18},
		{sha512, rsa + "\x01"}:        {crypto.SHA512, "RSA", 18},
		{md5, rsa + "\x04"}:           {crypto.MD5, "RSA", 21},
		{sha1, rsa + "\x05"}:          {crypto.SHA1, "RSA", 1},
		{sha224, rsa + "\x0e"}:        {crypto.SHA224, "RSA", 21},
		{sha256, rsa + "\x0b"}:        {crypto.SHA256, "RSA", 18},
		{sha384, rsa + "\x0c"}:        {crypto.SHA384, "RSA", 21},
		{sha512, rsa + "\x0d"}:        {crypto.SHA512, "RSA", 21},
		{sha1, dsa + "\x01"}:          {crypto.SHA1, "DSA", 1},
		{sha224, dsa + "\x01"}:        {crypto.SHA224, "DSA", 22},
		{sha256, dsa + "\x01"}:        {crypto.SHA256, "DSA", 22},
		{sha1, dsa + "\x03"}:          {crypto.SHA1, "DSA", 9},
		{sha224, nist + "\x03\x01"}:   {crypto.SHA224, "DSA", 21},
		{sha256, nist + "\x03\x02"}:   {crypto.SHA256, "DSA", 21},
		{sha1, ec + "\x02\x01"}:       {crypto.SHA1, "EC", 18},
		{sha224, ec + "\x02\x01"}:     {crypto.SHA224, "EC", 21},
		{sha256, ec + "\x02\x01"}:     {crypto.SHA256, "EC", 18},
		{sha384, ec + "\x02\x01"}:     {crypto.SHA384, "EC", 18},
		{sha512, ec + "\x02\x01"}:     {crypto.SHA512, "EC", 18},
		{sha1, ec + "\x04\x01"}:       {crypto.SHA1, "EC", 18},
		{sha224, ec + "\x04\x03\x01"}: {crypto.SHA224, "EC", 21},
		{sha256, ec + "\x04\x03\x02"}: {crypto.SHA256, "EC", 21},
		{sha384, ec + "\x04\x03\x03"}: {crypto.SHA384, "EC", 21},
		{sha512, ec + "\x04\x03\x04"}: {crypto.SHA512, "EC", 21},
	}
}

// verify checks one signature over content as API levels from sdk on do. Nil without an error means that it
// does not hold, which lets newer versions of Android try the next one; an error ends the check.
func (sd *signedData) verify(s *signerInfo, content []byte, sdk int) (*certificate, error) {
	algorithm, ok := v1Algorithms[[2]string{s.digest, s.algorithm}]
	if !ok {
		return nil, errors.New("the signature algorithm is none that all Android versions of today know")
	}
	if sdk < algorithm.sdk {
		return nil, fmt.Errorf("the signature algorithm is known only from API level %d on", algorithm.sdk)
	}
	c := sd.certificate(s)
	switch {
	case c == nil:
		return nil, errors.New("the certificate that the signature names is missing")
	case c.unknownCritical:
		return nil, errors.New("the certificate has a critical extension that is not known")
	case c.noSigning:
		return nil, errors.New("the key usage of the certificate does not allow signatures")
	case c.keyErr != nil:
		return nil, c.keyErr
	case c.key.algorithm != algorithm.key:
		return nil, fmt.Errorf("the key is for %s, the signature for %s", c.key.algorithm, algorithm.key)
	}
	message := content
	if s.attributes != nil {
		if sdk < 19 {
			return nil, errors.New("signed attributes protect nothing below API level 19")
		}
		ok, err := sd.attributesMatch(s, sum(algorithm.hash, content))
		if err != nil || !ok {
			return nil, err
		}
		message = bytes.Clone(s.attributes)
		message[0] = tagSet // the signature is over the set, not over the field that it is in
	}
	holds, done := s.checked[c]
	if !done {
		holds = c.key.verify(algorithm.hash, false, sum(algorithm.hash, message), s.signature)
		s.checked[c] = holds
	}
	if !holds {
		return nil, nil
	}
	return c, nil
}

// attributesMatch reports whether the signed attributes are those of the content.
func (sd *signedData) attributesMatch(s *signerInfo, digest []byte) (bool, error) {
	outer, _, err := next(s.attributes)
	if err != nil {
		return false, errPKCS7
	}
	values := make(map[string][]byte)
	list := inside(outer)
	for list.more() {
		w := inside(list.take(tagSequence))
		id := string(w.take(tagOID).body)
		set := inside(w.take(tagSet))
		if w.err != nil || values[id] != nil {
			return false, errors.New("the signed attributes are malformed or hold one twice")
		}
		values[id] = []byte{}
		if set.more() {
			values[id] = set.any().body
		}
		if set.more() && (id == oidContentType || id == oidMessageDigest) || set.err != nil {
			return false, errors.New("a signed attribute has several values")
		}
	}
	if list.err != nil {
		return false, errPKCS7
	}
	kind, sum := values[oidContentType], values[oidMessageDigest]
	if len(kind) == 0 {
		return false, errors.New("the signed attributes name no content type")
	}
	if !bytes.Equal(kind, sd.contentType) {
		return false, nil
	}
	if len(sum) == 0 {
		return false, errors.New("the signed attributes hold no digest")
	}
	return bytes.Equal(sum, digest), nil
}
