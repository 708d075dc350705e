package lockdowntest

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"slices"
	"time"

	"howett.net/plist"
)

// Keys are those of a pairing: of the computer, of the phone, and of a phone that is none of the pairing.
type Keys struct {
	record   []byte
	device   tls.Certificate
	stranger tls.Certificate
	known    [][]byte // certificates that the phone lets in: libimobiledevice shows that of the root
}

// NewKeys makes the keys of a pairing.
func NewKeys(random io.Reader) (*Keys, error) {
	var keys [3]*rsa.PrivateKey
	for i := range keys {
		k, err := rsa.GenerateKey(random, 2048)
		if err != nil {
			return nil, err
		}
		keys[i] = k
	}
	root, host, device := keys[0], keys[0], keys[1]
	rootDER, err := sign(random, true, root.Public(), nil, root)
	if err != nil {
		return nil, err
	}
	authority, err := x509.ParseCertificate(rootDER)
	if err != nil {
		return nil, err
	}
	hostDER, err := sign(random, false, host.Public(), authority, root)
	if err != nil {
		return nil, err
	}
	deviceDER, err := sign(random, false, device.Public(), authority, root)
	if err != nil {
		return nil, err
	}
	strangeDER, err := sign(random, false, keys[2].Public(), nil, keys[2])
	if err != nil {
		return nil, err
	}
	record, err := plist.Marshal(map[string]any{
		"DeviceCertificate": block("CERTIFICATE", deviceDER), "HostCertificate": block("CERTIFICATE", hostDER), "RootCertificate": block("CERTIFICATE", rootDER),
		"HostPrivateKey": block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(host)), "RootPrivateKey": block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(root)),
		"HostID": hostID, "SystemBUID": "30142955-444094379208051516", "WiFiMACAddress": "02:00:00:00:00:01", "EscrowBag": make([]byte, 32),
	}, plist.XMLFormat)
	return &Keys{
		record: record, known: [][]byte{hostDER, rootDER},
		device:   tls.Certificate{Certificate: [][]byte{deviceDER}, PrivateKey: device},
		stranger: tls.Certificate{Certificate: [][]byte{strangeDER}, PrivateKey: keys[2]},
	}, err
}

const hostID = "8D3A5E7C-0000-4000-8000-0123456789AB"

// sign makes a certificate as computers make them when they pair: without names.
func sign(random io.Reader, authority bool, key crypto.PublicKey, parent *x509.Certificate, by crypto.Signer) ([]byte, error) {
	c := &x509.Certificate{
		SerialNumber: big.NewInt(0), IsCA: authority, BasicConstraintsValid: true,
		NotBefore: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2045, 1, 1, 0, 0, 0, 0, time.UTC),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
	}
	if authority {
		c.KeyUsage = x509.KeyUsageCertSign
	}
	if parent == nil {
		parent = c
	}
	return x509.CreateCertificate(random, c, parent, key, by)
}

func block(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

// server is how the phone speaks TLS: with the computer that holds the keys, and with the oldest tools too.
func (k *Keys) server(stranger bool) *tls.Config {
	cert := k.device
	if stranger {
		cert = k.stranger
	}
	suites := []uint16{tls.TLS_RSA_WITH_AES_128_CBC_SHA, tls.TLS_RSA_WITH_AES_256_CBC_SHA}
	for _, s := range tls.CipherSuites() {
		suites = append(suites, s.ID)
	}
	return &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS10, CipherSuites: suites, ClientAuth: tls.RequireAnyClientCert,
		VerifyPeerCertificate: func(shown [][]byte, _ [][]*x509.Certificate) error {
			if !slices.ContainsFunc(k.known, func(c []byte) bool { return bytes.Equal(c, shown[0]) }) {
				return x509.CertificateInvalidError{Reason: x509.NotAuthorizedToSign}
			}
			return nil
		}}
}
