package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"quaestor/riskdb/bundle"
)

const (
	fetchTime    = 2 * time.Minute
	maxRedirects = 5
	latest       = "latest" + bundle.Extension
)

// fetch gets one file from a mirror. The request says nothing about this computer: no cookie, no version, and
// always the same file, whatever is installed.
func fetch(ctx context.Context, transport http.RoundTripper, address *url.URL) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("User-Agent", "quaestor")
	client := http.Client{Transport: transportOr(transport), CheckRedirect: onlyHTTPS}
	answer, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the server answers %q", answer.Status)
	}
	if answer.ContentLength > bundle.MaxSize {
		return nil, fmt.Errorf("%w: it has %d bytes, and a bundle at most %d", errTooLarge, answer.ContentLength, bundle.MaxSize)
	}
	return readAtMost(answer.Body, bundle.MaxSize)
}

// readAtMost reads everything, unless it is more than a limit, whatever the server said before.
func readAtMost(r io.Reader, limit int64) ([]byte, error) {
	file, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(file)) > limit {
		err = fmt.Errorf("%w: it has more than %d bytes, which no bundle has", errTooLarge, limit)
	}
	return file, err
}

// transportOr is the given transport, else one of our own: proxies by the environment, no compression, so that the
// size that arrives is the size that is counted.
func transportOr(given http.RoundTripper) http.RoundTripper {
	if given != nil {
		return given
	}
	return &http.Transport{Proxy: http.ProxyFromEnvironment, DisableCompression: true, DisableKeepAlives: true, ForceAttemptHTTP2: true,
		TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}, TLSHandshakeTimeout: 15 * time.Second, ResponseHeaderTimeout: 30 * time.Second,
		MaxResponseHeaderBytes: 64 << 10}
}

func onlyHTTPS(next *http.Request, before []*http.Request) error {
	if next.URL.Scheme != "https" {
		return errors.New("it leads away from https")
	}
	if len(before) >= maxRedirects {
		return fmt.Errorf("it leads on more than %d times", maxRedirects)
	}
	next.Header.Del("Referer")
	return nil
}
