package lockdown

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"

	"quaestor/scanners/internal/plist"
)

// Record is the record of a pairing, with the keys by which this computer and the phone know each other. It never
// leaves the memory of this process, and no error shows a part of it.
type Record struct {
	HostID, SystemBUID string

	host   tls.Certificate
	device []byte            // public key of the phone
	root   *x509.Certificate // that signed both
}

func parseRecord(data []byte) (*Record, error) {
	v, err := dictionary(data)
	if err != nil {
		return nil, errors.New("the record of the pairing does not parse: pair the phone again")
	}
	r := &Record{HostID: plist.Text(v, "HostID"), SystemBUID: plist.Text(v, "SystemBUID")}
	if r.HostID == "" {
		return nil, ErrNoRecord
	}
	r.host, err = tls.X509KeyPair(plist.Bytes(v, "HostCertificate"), plist.Bytes(v, "HostPrivateKey"))
	if err != nil {
		return nil, errors.New("the record of the pairing holds no key that can be used: pair the phone again")
	}
	r.root = certificate(plist.Bytes(v, "RootCertificate"))
	if c := certificate(plist.Bytes(v, "DeviceCertificate")); c != nil {
		r.device = c.RawSubjectPublicKeyInfo
	}
	return r, nil
}

func certificate(text []byte) *x509.Certificate {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil
	}
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil
	}
	return c
}

// config is for a TLS session by the pairing. The certificates of a pairing name nobody and no authority stands behind
// them, so that the usual check has nothing to go by: [Record.proves] says whether the key is that of the pairing.
// Phones before iOS 10 speak TLS 1.0 and agree on keys by RSA.
func (r *Record) config() (*tls.Config, error) {
	if len(r.host.Certificate) == 0 {
		return nil, fmt.Errorf("a session without keys: %w", ErrNoRecord)
	}
	return &tls.Config{Certificates: []tls.Certificate{r.host}, InsecureSkipVerify: true, MinVersion: tls.VersionTLS10, CipherSuites: suites()}, nil
}

func suites() []uint16 {
	var out []uint16
	for _, s := range tls.CipherSuites() {
		out = append(out, s.ID)
	}
	return append(out, tls.TLS_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_RSA_WITH_AES_256_CBC_SHA, tls.TLS_RSA_WITH_AES_128_CBC_SHA)
}

// proves reports whether the certificates shown hold the phone's key of the pairing, or one that the pairing signed.
func (r *Record) proves(shown []*x509.Certificate) bool {
	if len(shown) == 0 {
		return false
	}
	return r.device != nil && bytes.Equal(shown[0].RawSubjectPublicKeyInfo, r.device) || r.root != nil && shown[0].CheckSignatureFrom(r.root) == nil
}
