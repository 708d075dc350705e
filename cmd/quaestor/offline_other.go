//go:build !linux

package main

import (
	"context"
	"errors"
	"net"
	"net/http"
)

var errOffline = errors.New("refused: --offline")

// refuseNetwork makes every dialler that the Go standard library offers by default fail. Other systems than
// Linux give a process no way to have the kernel refuse.
func refuseNetwork() error {
	refuse := func(context.Context, string, string) (net.Conn, error) { return nil, errOffline }
	http.DefaultTransport = &http.Transport{DialContext: refuse}
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: refuse}
	return nil
}
