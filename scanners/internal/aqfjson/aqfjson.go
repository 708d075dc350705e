// Package aqfjson reads packages.json, the list of installed packages that androidqf writes: one object a
// package, with its APK files, their hashes and, where the APK was pulled, the certificate that signs it.
//
// What androidqf writes has its own gaps. The list is made with `pm list packages -u`, so that packages of
// which only data is left are in it. The uid is 0 where a package is installed for several users. What was not
// hashed has an empty hash, or a piece of an error message.
// Later versions list each user apart, and say in package_users.json for which they could not.
//
// What the package cannot see: whether the hashes are those of the files; it compares nothing.
package aqfjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"quaestor/scanners/internal/lines"
	"quaestor/scanners/internal/tally"
)

// maxFiles is the most files of one package; large apps have some forty splits.
const maxFiles = 2000

// Package is one installed package.
type Package struct {
	Name       string
	Installer  string // "" for none
	Told       bool   // there is a field for the installer
	UID        int    // 0 when not told
	Disabled   bool
	System     bool
	ThirdParty bool
	Files      []File
	FilesError string // why the files could not be listed

	User      string // whose list it is from; "" in versions that list all users at once
	Installed *bool  // for that user; nil when not told
}

// File is one APK of a package.
type File struct {
	Path      string
	LocalName string
	SHA256    string // lower-case hex, "" when there is no valid one
	Cert      *Certificate
}

// Certificate is what androidqf read from an APK that it pulled.
type Certificate struct {
	SHA256, SHA1, Subject, ValidTo string
}

// Summary is what a reading came to beyond its packages.
type Summary struct {
	Packages int
	Unknown  tally.ByKey // fields of no known name
	Broken   tally.Tally // entries that are no package, or not whole; what could be read of these is yielded
	Dropped  int         // files beyond the limit
}

// Read calls yield for every package in data. A text that ends early gives the packages before the end and an
// error.
func Read(data []byte, yield func(*Package) error) (*Summary, error) {
	sum := &Summary{}
	dec := json.NewDecoder(bytes.NewReader(lines.Decode(data)))
	if t, err := dec.Token(); err != nil || t != json.Delim('[') {
		return sum, errors.New("it is not a list of packages")
	}
	for dec.More() {
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return sum, fmt.Errorf("it is not valid JSON after %d packages", sum.Packages)
		}
		p, err := parsePackage(raw, sum)
		if err != nil || p.Name == "" {
			sum.Broken.Add(string(raw))
		}
		if p.Name == "" {
			continue
		}
		sum.Packages++
		if err := yield(p); err != nil {
			return sum, err
		}
	}
	if _, err := dec.Token(); err != nil {
		return sum, fmt.Errorf("it ends after %d packages without closing the list", sum.Packages)
	}
	return sum, nil
}

// Users tells for which users of the phone the packages were listed: package_users.json.
type Users struct {
	Users []struct {
		ID     int    `json:"id"`
		Name   string `json:"name"`
		Status string `json:"inventory_status"` // "collected", "partial" or "failed"
		Error  string `json:"error"`
	} `json:"users"`
	Error string `json:"enumeration_error"`
}

// ReadUsers reads package_users.json.
func ReadUsers(data []byte) (*Users, error) {
	var u Users
	if err := json.Unmarshal(lines.Decode(data), &u); err != nil {
		return nil, err
	}
	if len(u.Users) == 0 && u.Error == "" {
		return nil, errors.New("it names no user")
	}
	return &u, nil
}

// object calls field for every key of a JSON object; field decodes the value.
func object(raw []byte, field func(key string, dec *json.Decoder) error) error {
	dec := json.NewDecoder(bytes.NewReader(raw))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return errors.New("no object")
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return err
		}
		name, ok := key.(string)
		if !ok {
			return errors.New("no key")
		}
		if err := field(name, dec); err != nil {
			return err
		}
	}
	return nil
}

func skip(dec *json.Decoder) error {
	var raw json.RawMessage
	return dec.Decode(&raw)
}

func parsePackage(raw []byte, sum *Summary) (*Package, error) {
	p := &Package{}
	err := object(raw, func(key string, dec *json.Decoder) error {
		switch key {
		case "name":
			return dec.Decode(&p.Name)
		case "installer":
			p.Told = true
			return dec.Decode(&p.Installer)
		case "uid":
			return dec.Decode(&p.UID)
		case "disabled":
			return dec.Decode(&p.Disabled)
		case "system":
			return dec.Decode(&p.System)
		case "third_party":
			return dec.Decode(&p.ThirdParty)
		case "files":
			return p.files(dec, sum)
		case "files_error":
			return dec.Decode(&p.FilesError)
		case "installed":
			return dec.Decode(&p.Installed)
		case "user_id":
			var user uint32
			err := dec.Decode(&user)
			p.User = strconv.FormatUint(uint64(user), 10)
			return err
		}
		sum.Unknown.Add(key, key)
		return skip(dec)
	})
	switch p.Installer {
	case "": // androidqf asks without -i where the phone refuses it, and writes an empty text
		p.Told = false
	case "null":
		p.Installer = ""
	}
	return p, err
}

func (p *Package) files(dec *json.Decoder, sum *Summary) error {
	t, err := dec.Token()
	if err != nil || t == nil {
		return err
	}
	if t != json.Delim('[') {
		return errors.New("no list of files")
	}
	for dec.More() {
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return err
		}
		if len(p.Files) >= maxFiles {
			sum.Dropped++
			continue
		}
		f, err := parseFile(raw, sum)
		if err != nil {
			return err
		}
		p.Files = append(p.Files, f)
	}
	_, err = dec.Token()
	return err
}

func parseFile(raw []byte, sum *Summary) (File, error) {
	var f File
	err := object(raw, func(key string, dec *json.Decoder) error {
		switch key {
		case "path":
			return dec.Decode(&f.Path)
		case "local_name":
			return dec.Decode(&f.LocalName)
		case "sha256":
			err := dec.Decode(&f.SHA256)
			f.SHA256 = digest(f.SHA256, 64)
			return err
		case "certificate":
			return dec.Decode(&f.Cert)
		case "md5", "sha1", "sha512", "error", "verified_certificate", "certificate_error", "trusted_certificate":
		default:
			sum.Unknown.Add(key, key)
		}
		return skip(dec)
	})
	if f.Cert != nil {
		f.Cert.SHA256, f.Cert.SHA1 = digest(f.Cert.SHA256, 64), digest(f.Cert.SHA1, 40)
		if f.Cert.SHA256 == "" {
			f.Cert = nil
		}
	}
	return f, err
}

// digest is s in lower case, or "" when it is not n hex digits: androidqf stores the first word of what the
// phone answered, which may be an error message.
func digest(s string, n int) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if len(s) != n || strings.Trim(s, "0123456789abcdef") != "" {
		return ""
	}
	return s
}

// Looks reports whether the first bytes of a file are such a list.
func Looks(head []byte) bool {
	head = bytes.TrimLeft(lines.Decode(head), " \t\r\n")
	return bytes.HasPrefix(head, []byte("[")) && bytes.Contains(head, []byte(`"name"`)) &&
		(bytes.Contains(head, []byte(`"third_party"`)) || bytes.Contains(head, []byte(`"installer"`)) || bytes.Contains(head, []byte(`"local_name"`)))
}
