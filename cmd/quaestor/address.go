package main

import (
	"errors"
	"net/url"
	"regexp"
	"strings"
	"sync"
)

// mirrorAddress reads the https address of a bundle, or of the folder in which the newest one lies. It is nil for
// what is a file or a folder.
func mirrorAddress(source string) (*url.URL, error) {
	scheme, _, remote := strings.Cut(source, "://")
	if !remote {
		return nil, nil
	}
	if !strings.EqualFold(scheme, "https") {
		return nil, usageError("%q: bundles come from https addresses, files and folders only", shownAddress(source))
	}
	u, err := url.Parse(source)
	if err != nil || u.Hostname() == "" {
		return nil, usageError("%q is no address; write https://HOST/FOLDER/ or https://HOST/FILE", shownAddress(source))
	}
	if u.Path == "" {
		u.Path = "/"
	}
	if strings.HasSuffix(u.Path, "/") {
		u = u.JoinPath(latest)
	}
	return u, nil
}

// shownAddress is an address without what can be a password: what stands before the host, and the query. It need
// not be a good address.
func shownAddress(address string) string {
	scheme, rest, remote := strings.Cut(address, "://")
	if !remote {
		return address
	}
	if at := strings.LastIndex(rest, "@"); at >= 0 {
		rest = "***" + rest[at:]
	}
	if before, _, query := strings.Cut(rest, "?"); query {
		rest = before + "?***"
	}
	return scheme + "://" + rest
}

var inText = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*://[^\s"]+`) })

// shownError is the reason for which an address could not be read, without that address, and without the secrets of
// others in it, such as a proxy's.
func shownError(err error) string {
	for address := (*url.Error)(nil); errors.As(err, &address) && address.Err != nil; {
		err = address.Err
	}
	return inText().ReplaceAllStringFunc(err.Error(), shownAddress)
}
